"""Price sheets: a zip archive with one CSV, or the CSV itself; nothing else."""

import io
import zipfile

import pytest

from bespeak.clients.partner_center.prices import price_sheet
from bespeak.errors import RefusedError, UnreadableError

SHEET = "\ufeffProductId,SkuId,SkuTitle,UnitPrice\r\n"
SHEET += 'DZH318Z0VMD5,00K7,"Reserved VM Instance, Standard_D2s_v5",496.00\r\n'
ROWS = [
    {
        "ProductId": "DZH318Z0VMD5",
        "SkuId": "00K7",
        "SkuTitle": "Reserved VM Instance, Standard_D2s_v5",
        "UnitPrice": "496.00",
    }
]
STREAM = {"Content_Type": "application/octet-stream"}


def zipped(*texts):
    """An archive with one file a text."""
    store = io.BytesIO()
    with zipfile.ZipFile(store, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, text in enumerate(texts):
            archive.writestr(f"{number}.csv", text)
    return store.getvalue()


@pytest.mark.parametrize(
    ("body", "encoding"), [(SHEET.encode(), ""), (zipped(SHEET), ""), (zipped(SHEET), "deflate")]
)
def test_a_sheet_is_read_zipped_or_plain(server, answer, body, encoding):
    packing = {"Content_Encoding": encoding} if encoding else {}

    assert (
        server.door(answer(body=body, **STREAM, **packing)).send(price_sheet("gb", "azure_reservations"))
        == ROWS
    )


def test_the_sheet_is_asked_for_at_its_own_host_as_documented(server, answer):
    server.door(answer(body=SHEET.encode(), **STREAM)).send(price_sheet("gb", "azure_consumption"))

    sent = server.requests[0]
    assert sent.url.host == "price-sheets.example"
    assert sent.url.path == "/v1.0/sales/pricesheets(Market='GB',PricesheetView='azure_consumption')/$value"
    assert sent.headers["accept-encoding"] == "deflate"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"one column\r\n1\r\n",
        b"a,b\r\n1\r\n",
        b"a,b\r\n1,2,3\r\n",
        b"a,a\r\n1,2\r\n",
        b'a,b\r\n"1,2\r\n',
        b"a,b\r\n\xff,2\r\n",
        b"PK\x03\x04 broken",
        zipped(),
        zipped(SHEET, SHEET),
        zipped(SHEET)[:-30],
    ],
)
def test_a_sheet_out_of_shape_is_refused(server, answer, body):
    with pytest.raises(UnreadableError):
        server.door(answer(body=body, **STREAM)).send(price_sheet("GB", "azure_reservations"))


def test_a_sheet_that_unpacks_without_end_is_refused(server, answer, monkeypatch):
    monkeypatch.setattr("bespeak.clients.partner_center.prices._SHEET_LIMIT", 10)

    with pytest.raises(UnreadableError, match="larger than"):
        server.door(answer(body=zipped(SHEET), **STREAM)).send(price_sheet("GB", "azure_reservations"))


def test_a_token_for_another_audience_is_refused_in_words(server, answer):
    refused = answer({"error": {"code": "InvalidAudience", "message": "The audience is wrong."}}, 400)

    with pytest.raises(RefusedError, match="The audience is wrong"):
        server.door(refused).send(price_sheet("GB", "azure_reservations"))
