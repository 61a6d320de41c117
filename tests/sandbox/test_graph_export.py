"""Billing exports of Microsoft Graph: asked for, waited for, downloaded."""

import gzip
import json
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from test_billing_invoices import DAY, found_invoices, ids
from test_billing_lines import PURCHASES, UNBILLED, USAGE, read, total
from test_sandbox_purchase import buy, line, reservation
from tiny_world import TOKEN

GRAPH = "https://graph.microsoft.com"
ROOT = "/v1.0/reports/partners/billing"
CURRENT = {"currencyCode": "usd", "billingPeriod": "current", "attributeSet": "full"}


def ask(caller, what, body, **more):
    return caller.call("POST", f"{ROOT}/{what}/export", body, audience=GRAPH, prefix="/graph", **more)


def path_of(address):
    return urlsplit(address).path


def look(caller, address):
    bearer = {"Authorization": f"Bearer {caller.token(GRAPH)}"}
    return caller.client.get(path_of(address), headers=bearer)


def finished(caller, what, body):
    """The manifest of an export, after as many looks as it takes."""
    begun = ask(caller, what, body)
    assert begun.status_code == 202, begun.text
    for _ in range(5):
        shown = look(caller, begun.headers["Location"]).get_json()
        if shown["status"] in ("succeeded", "failed"):
            return shown
    raise AssertionError(shown)


def download(caller, manifest):
    lines = []
    for blob in manifest["blobs"]:
        answer = caller.client.get(
            f"{path_of(manifest['rootDirectory'])}/{blob['name']}?{manifest['sasToken']}"
        )
        assert answer.status_code == 200, answer.text
        text = gzip.decompress(answer.data).decode()
        assert text.endswith("\n")
        lines += [json.loads(one) for one in text.splitlines()]
    return lines


def export(caller, what, body):
    return download(caller, finished(caller, what, body)["resourceLocation"])


def test_an_export_takes_its_time(caller):
    begun = ask(caller, "usage/unbilled", CURRENT)
    assert (begun.status_code, begun.data) == (202, b"")
    assert begun.headers["Location"].startswith(
        "http://localhost/graph/v1.0/reports/partners/billing/operations/"
    )
    assert int(begun.headers["Retry-After"]) > 0
    looks = [look(caller, begun.headers["Location"]) for _ in range(4)]
    assert {one.status_code for one in looks} == {200}
    states = [one.get_json() for one in looks]
    assert [one["status"] for one in states] == ["notStarted", "running", "succeeded", "succeeded"]
    assert states[0]["@odata.type"] == "#microsoft.graph.partners.billing.runningOperation"
    assert states[2]["@odata.type"] == "#microsoft.graph.partners.billing.exportSuccessOperation"
    assert not states[2]["lastActionDateTime"].endswith("Z")


def test_time_finishes_an_export_too(caller):
    begun = ask(caller, "usage/unbilled", CURRENT)
    caller.advance(10)
    assert look(caller, begun.headers["Location"]).get_json()["status"] == "succeeded"


def test_an_export_without_data_fails(caller):
    shown = finished(caller, "usage/unbilled", CURRENT | {"currencyCode": "eur"})
    assert shown["@odata.type"] == "#microsoft.graph.partners.billing.failedOperation"
    assert shown["error"]["code"] == "5000"
    assert "resourceLocation" not in shown


def test_a_manifest_names_files_of_json_lines(caller):
    manifest = finished(caller, "usage/unbilled", CURRENT)["resourceLocation"]
    assert (manifest["dataFormat"], manifest["partitionType"]) == ("compressedJSONLines", "default")
    assert manifest["blobCount"] == len(manifest["blobs"]) == 1
    assert manifest["partnerTenantId"] == caller.world.partner_id
    assert manifest["blobs"][0]["name"].endswith(".json.gz")


def test_a_manifest_is_read_apart(caller):
    caller.world.switches.export_inlines_manifest = False
    shown = finished(caller, "usage/unbilled", CURRENT)
    link = shown["resourceLocation@odata.navigationLink"]
    manifest = look(caller, f"/graph/v1.0/{link}").get_json()
    assert len(download(caller, manifest)) > 10
    assert look(caller, f"/graph{ROOT}/manifests/11111111-0000-4000-8000-000000000001").status_code == 404


def test_a_billed_export_is_worth_its_invoice(caller):
    invoice = found_invoices(caller)[0]
    wish = {"invoiceId": invoice["id"], "attributeSet": "basic"}
    usage = export(caller, "usage/billed", wish)
    assert total(usage, "BillingPreTaxTotal") == Decimal(str(invoice["totalCharges"]))
    purchases = export(caller, "reconciliation/billed", wish)
    assert total(purchases, "Total") == Decimal(str(invoice["totalCharges"]))
    assert {one["InvoiceNumber"] for one in usage} == {invoice["id"]}


def test_an_export_holds_the_lines_that_partner_center_shows(caller):
    exported = export(caller, "usage/unbilled", CURRENT)
    shown = read(caller, f"{UNBILLED}/{USAGE}&currencycode=usd&period=current")
    assert len(exported) == len(shown)
    for mine, theirs in zip(exported, shown, strict=True):
        folded = {name.lower(): value for name, value in mine.items()}
        for name in (
            "usageDate",
            "meterId",
            "quantity",
            "billingPreTaxTotal",
            "resourceUri",
            "additionalInfo",
        ):
            assert folded[name.lower()] == theirs[name]


def test_the_basic_set_has_no_meter_and_keeps_the_size_in_additional_info(caller):
    full = export(caller, "usage/unbilled", CURRENT)[0]
    basic = export(caller, "usage/unbilled", CURRENT | {"attributeSet": "basic"})[0]
    assert basic.items() <= full.items()
    assert not [name for name in basic if name.startswith("Meter")]
    assert {"BenefitOrderId", "BenefitType", "AdditionalInfo", "EffectiveUnitPrice"} <= set(basic)
    assert {"MeterId", "BenefitId", "PartnerEarnedCreditPercentage", "CustomerCountry"} <= set(full) - set(
        basic
    )
    assert json.loads(basic["AdditionalInfo"])["ServiceType"] == "Standard_D2s_v5"


def test_covered_usage_names_its_benefit_and_no_purchase_is_among_it(caller):
    buy(caller, line(caller, quantity=1))
    order_id, held = reservation(caller)
    caller.advance(4 * DAY)
    lines = export(caller, "usage/unbilled", CURRENT)
    covered = [one for one in lines if one["BenefitOrderId"]]
    assert {(one["BenefitType"], one["BenefitOrderId"], one["BenefitId"]) for one in covered} == {
        ("Reservation", order_id, held["name"])
    }
    assert {(one["EffectiveUnitPrice"], one["PartnerEarnedCreditPercentage"]) for one in covered} == {(0, 0)}
    assert not [one for one in lines if "Reserved" in one["ProductName"]]
    (bought,) = export(caller, "reconciliation/unbilled", CURRENT)
    assert (bought["ReservationOrderId"], bought["Total"], bought["ChargeType"]) == (order_id, 595, "New")
    unbilled = read(caller, f"{UNBILLED}/{PURCHASES}&currencycode=usd&period=current")
    assert total(unbilled, "subtotal") == 595


def test_the_period_before_is_called_last(caller):
    days = {
        one["UsageDate"][:7] for one in export(caller, "usage/unbilled", CURRENT | {"billingPeriod": "last"})
    }
    assert days == {"2026-10"}


def test_large_data_come_in_several_files(caller):
    caller.world.switches.export_file_lines = 15
    manifest = finished(caller, "usage/unbilled", CURRENT)["resourceLocation"]
    assert manifest["blobCount"] == 3
    lines = download(caller, manifest)
    caller.world.switches.export_file_lines = 50_000
    assert lines == export(caller, "usage/unbilled", CURRENT)


def test_an_export_is_of_the_instant_at_which_it_was_asked_for(caller):
    manifest = finished(caller, "usage/unbilled", CURRENT)["resourceLocation"]
    before = download(caller, manifest)
    caller.advance(59)
    assert download(caller, manifest) == before
    assert max(one["UsageDate"] for one in before) == "2026-11-14T00:00:00"


def test_an_address_ends(caller):
    manifest = finished(caller, "usage/unbilled", CURRENT)["resourceLocation"]
    caller.advance(60)
    address = f"{path_of(manifest['rootDirectory'])}/{manifest['blobs'][0]['name']}?{manifest['sasToken']}"
    answer = caller.client.get(address)
    assert (answer.status_code, answer.content_type) == (403, "application/xml")
    assert answer.headers["x-ms-error-code"] == "AuthenticationFailed"
    assert b"<Code>AuthenticationFailed</Code>" in answer.data


@pytest.mark.parametrize("change", ["se=2099-01-01T00%3A00%3A00Z", "sig=0", "sp=rw", "sv="])
def test_an_address_cannot_be_changed(caller, change):
    manifest = finished(caller, "usage/unbilled", CURRENT)["resourceLocation"]
    where = f"{path_of(manifest['rootDirectory'])}/{manifest['blobs'][0]['name']}"
    name = change.partition("=")[0]
    parts = [one for one in manifest["sasToken"].split("&") if not one.startswith(f"{name}=")]
    assert caller.client.get(f"{where}?{'&'.join([*parts, change])}").status_code == 403
    assert caller.client.get(where).status_code == 403
    unknown = f"{path_of(manifest['rootDirectory'])}/other.json.gz?{manifest['sasToken']}"
    assert caller.client.get(unknown).status_code == 404


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("usage/billed", {}),
        ("usage/billed", {"invoiceId": 7}),
        ("usage/billed", {"invoiceId": "G1", "attributeSet": "some"}),
        ("usage/unbilled", CURRENT | {"billingPeriod": "previous"}),
        ("usage/unbilled", CURRENT | {"currencyCode": "dollar"}),
        ("usage/unbilled", CURRENT | {"currencyCode": None}),
        ("reconciliation/unbilled", [1]),
    ],
)
def test_a_wrong_wish_changes_nothing(caller, what, body):
    before = caller.world.snapshot()
    answer = ask(caller, what, body)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "BadRequest")
    assert caller.world.snapshot() == before


def test_an_unknown_invoice_fails_as_an_operation(caller):
    assert finished(caller, "usage/billed", {"invoiceId": "G999999999"})["error"]["code"] == "5000"
    assert ids(caller)


def test_graph_takes_its_own_token_of_users_and_applications(caller):
    other = caller.call("POST", f"{ROOT}/usage/unbilled/export", CURRENT, prefix="/graph")
    assert other.status_code == 401
    assert "code" in other.get_json()["error"]
    assert ask(caller, "usage/unbilled", CURRENT, user=False).status_code == 202


def test_an_export_survives_a_snapshot(caller):
    begun = ask(caller, "usage/unbilled", CURRENT)
    caller.world.restore(caller.world.snapshot())
    assert look(caller, begun.headers["Location"]).status_code == 200


def test_the_same_export_gives_the_same_bytes(caller):
    texts = []
    for _ in range(2):
        manifest = finished(caller, "usage/unbilled", CURRENT)["resourceLocation"]
        name = manifest["blobs"][0]["name"]
        where = f"{path_of(manifest['rootDirectory'])}/{name}?{manifest['sasToken']}"
        texts.append(caller.client.get(where).data)
    assert texts[0] == texts[1]


@pytest.mark.parametrize("principal", ["guest", "customer-owner", "customer-user"])
def test_who_is_not_of_the_partner_reads_no_bills(caller, principal):
    form = {
        "grant_type": "refresh_token",
        "refresh_token": f"{TOKEN}.as-{principal}",
        "scope": f"{GRAPH}/.default",
    }
    token = caller.client.post("/login/t/oauth2/v2.0/token", data=form).get_json()["access_token"]
    before = caller.world.snapshot()
    where = f"/graph{ROOT}/usage/unbilled/export"
    answer = caller.client.post(where, json=CURRENT, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "Forbidden")
    assert caller.world.snapshot() == before
