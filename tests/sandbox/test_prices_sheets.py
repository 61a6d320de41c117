"""Price sheets of all markets and times, exchange rates, rate cards."""

import csv
import io
import shutil
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
import tiny_world as tiny
from described_watch import Watch
from test_billing_invoices import ALL, DAY, found_invoices
from test_billing_lines import UNBILLED, USAGE, read
from test_sandbox_purchase import buy, line
from tiny_world import PRICES

from bespeak.sandbox import World, create_app
from bespeak.sandbox import rules as dated_rules
from bespeak.sandbox.price_list import PriceChange
from bespeak.sandbox.rated import floor_total
from bespeak.sandbox.refusals import RefusalError

CURRENCIES = """currency,per_usd,rate_source,as_of
DKK,6.35,t,2026-01-26
EUR,0.846202666,t,2026-01-26
USD,1,t,2026-01-26
"""
ROOT = "/v1.0/sales"


@pytest.fixture(scope="module")
def wealthy_folder(folder, tmp_path_factory):
    """The tiny world with exchange rates."""
    root = tmp_path_factory.mktemp("wealthy") / "sample_data"
    shutil.copytree(folder, root)
    (root / "reference" / "currencies.csv").write_text(CURRENCIES, encoding="utf-8")
    return root


@pytest.fixture
def rich(wealthy_folder):
    """A caller of that world."""
    world = World.demo(folder=wealthy_folder)
    app = create_app(world, tiny.TOKEN, wall=lambda: 1_000_000.0, sleep=lambda _: None)
    watch = app.wsgi_app = Watch(app.wsgi_app, world)
    yield tiny.Caller(world, app.test_client(), [1_000_000.0], [])
    assert not watch.strange, "An answer was outside of the description."


def sheet(caller, market="US", view="azure_reservations", query="", **more):
    path = f"{ROOT}/pricesheets(Market='{market}',PricesheetView='{view}')/$value{query}"
    return caller.call("GET", path, prefix="/price_sheets", audience=PRICES, **more)


def rates(caller, month):
    path = f"{ROOT}/fxrates(Month='{month}')/$value"
    return caller.call("GET", path, prefix="/price_sheets", audience=PRICES)


def table(answer):
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.data.decode())))


def price(answer, size="Standard_D2s_v5", years="1 Year"):
    title = f"Reserved VM Instance, {size}, PL Central, {years}"
    (row,) = [row for row in table(answer) if row["SkuTitle"] == title]
    return Decimal(row["UnitPrice"])


@pytest.mark.parametrize(
    ("market", "currency", "amount"),
    [("US", "USD", "595"), ("DE", "EUR", "503.49"), ("GL", "DKK", "3778.25")],
)
def test_a_sheet_of_every_market_is_in_its_currency(rich, market, currency, amount):
    answer = sheet(rich, market)
    assert price(answer) == Decimal(amount)
    assert {(row["Market"], row["Currency"]) for row in table(answer)} == {(market, currency)}


def test_consumption_is_in_dollars_everywhere(rich):
    rows = [table(sheet(rich, market, "azure_consumption")) for market in ("US", "DE")]
    assert {row["Currency"] for row in rows[1]} == {"USD"}
    assert [row["UnitPrice"] for row in rows[0]] == [row["UnitPrice"] for row in rows[1]]


def test_a_sheet_is_a_zip_archive_on_request(rich):
    packed = sheet(rich, headers={"Accept-Encoding": "deflate"})
    assert packed.data[:2] == b"PK"
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        assert archive.namelist() == ["azure_reservations_US_202611.csv"]
        assert archive.read(archive.namelist()[0]) == sheet(rich).data
    assert packed.headers["Content-Disposition"] == "attachment"
    assert packed.headers["Request-ID"]


def test_reading_a_sheet_changes_nothing(rich):
    before = rich.world.snapshot()
    sheet(rich)
    assert rich.world.snapshot() == before


def change(caller, factor, days, **more):
    since = caller.world.now + timedelta(days=days)
    caller.world.prices.announce(PriceChange(since, more.pop("what", "reservation"), Decimal(factor), **more))


def test_prices_change_when_it_was_announced(rich):
    change(rich, "0.9", 3)
    assert price(sheet(rich)) == 595
    assert price(sheet(rich, query="?Timeline=future")) == Decimal("535.5")
    rich.advance(3 * DAY)
    assert price(sheet(rich)) == Decimal("535.50")
    assert price(sheet(rich, "DE")) == Decimal("453.14")


def test_a_change_can_be_of_one_size_and_term(rich):
    change(rich, "2", 0, size="standard_d2s_v5", term="P1Y")
    answer = sheet(rich)
    assert price(answer) == 1190
    assert price(answer, years="3 Years") == 1150
    assert price(answer, "Standard_D4s_v5") == 1190


def test_history_is_of_months_that_have_passed(rich):
    change(rich, "0.5", 20)
    rich.advance(40 * DAY)
    assert price(sheet(rich, query="?Timeline=History&Month=202611")) == 595
    assert price(sheet(rich)) == Decimal("297.5")
    rows = table(sheet(rich, query="?timeline=history&month=202611"))
    assert {row["EffectiveStartDate"] for row in rows} == {"2026-11-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?Timeline=history", 400),
        ("?Timeline=history&Month=202611", 400),
        ("?Timeline=history&Month=202613", 400),
        ("?Timeline=history&Month=000001", 400),
        ("?Timeline=history&Month=November", 400),
        ("?Timeline=history&Month=202001", 404),
        ("?Timeline=yesterday", 400),
    ],
)
def test_a_wrong_time(rich, query, status):
    before = rich.world.snapshot()
    assert sheet(rich, query=query).status_code == status
    assert rich.world.snapshot() == before


def test_who_may_read_prices(rich):
    """D-215 and the reference, 2.5: admin and sales agents."""
    path = f"{ROOT}/fxrates(Month='202611')/$value"
    assert rich.error("GET", path, prefix="/price_sheets") == (400, 400)
    assert rich.error("GET", path, prefix="/price_sheets", audience=PRICES, user=False) == (403, 900329)
    for principal, status in (("sales-agent", 200), ("helpdesk-agent", 403), ("billing-admin", 403)):
        form = {"grant_type": "refresh_token", "refresh_token": f"{tiny.TOKEN}.as-{principal}"}
        form["scope"] = f"{PRICES}/.default"
        token = rich.client.post("/login/t/oauth2/v2.0/token", data=form).get_json()["access_token"]
        answer = rich.client.get(f"/price_sheets{path}", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == status, principal


def test_exchange_rates_are_a_table(rich):
    answer = rates(rich, "202611")
    assert answer.data.startswith(b'"CurrencyCode","USDPerUnit","Month"\r\n')
    known = {row["CurrencyCode"]: row for row in table(answer)}
    assert set(known) == {"DKK", "EUR", "USD"}
    assert (known["EUR"]["USDPerUnit"], known["EUR"]["Month"]) == ("1.1817499994", "202611")


def test_d1234_rates_of_a_new_month_are_there_at_eighteen_pacific_time_of_the_day_before(rich):
    rich.advance(15 * DAY + 2 * 60 - 1)
    assert rates(rich, "202612").status_code == 404
    rich.advance(1)
    assert rates(rich, "202612").status_code == 200
    assert rates(rich, "202701").status_code == 404
    assert rates(rich, "209912").status_code == 404
    assert rates(rich, "20261").status_code == 400


@pytest.mark.parametrize("path", ["azure", "azure-shared"])
def test_a_rate_card_is_in_the_currency_of_its_region(rich, path):
    def hour(query, headers=None):
        card = rich.get(f"/v1/ratecards/{path}{query}", headers=headers)
        (meter,) = [
            one for one in card["meters"] if (one["name"], one["subcategory"]) == ("D2s v5", "Dsv5 Series")
        ]
        return card["currency"], card["locale"], meter["rates"]

    assert hour("") == ("USD", "en-US", {"0": 0.1152})
    assert hour("?region=DE") == ("EUR", "en-US", {"0": 0.097483})
    assert hour("", {"X-Locale": "de-DE"}) == ("EUR", "de-DE", {"0": 0.097483})
    assert hour("?region=DE&currency=usd") == ("USD", "en-US", {"0": 0.1152})
    for query in ("?currency=XXX", "?region=ZZ", "?region=" + "A" * 500):
        assert rich.error("GET", f"/v1/ratecards/{path}{query}") == (400, 3000)


def test_a_price_of_consumption_changes_rated_lines_from_its_day_on(rich):
    change(rich, "2", 1, what="consumption")
    rich.advance(5 * DAY)
    lines = read(rich, f"{UNBILLED}/{USAGE}&currencycode=usd&period=current")
    found = {
        one["usageDate"][8:10]: one["unitPrice"] for one in lines if one["resourceUri"].endswith("vm-p1")
    }
    assert (found["15"], found["16"], found["17"], found["18"]) == (0.1152, 0.1152, 0.2304, 0.2304)


def test_what_is_bought_costs_what_the_sheet_says(rich):
    change(rich, "0.9", 0)
    buy(rich, line(rich, quantity=2))
    (held,) = rich.world.book.reservations()
    assert held.offer.unit_total == price(sheet(rich))


def test_the_partners_discount_is_in_the_unit_price_and_not_in_the_list_price(rich, monkeypatch):
    rule = {"date": "2026-01-26", "rate": "0.1"}
    monkeypatch.setitem(dated_rules._rules(), "partner_discount", rule)
    (row,) = [row for row in table(sheet(rich)) if "D2s_v5, PL Central, 1 Year" in row["SkuTitle"]]
    assert (Decimal(row["UnitPrice"]), Decimal(row["ERP Price"])) == (Decimal("535.5"), 595)


def test_x21_the_total_of_a_line_is_rounded_down_in_the_currency_of_the_bill(rich):
    """X-21: 0.0816 x 24 x 0.846202666 is 1.6572 and becomes 1.65. Here 0.09792 x 24 x 0.846202666 = 1.98865."""
    assert floor_total(Decimal("0.0816"), Decimal(24), Decimal("0.846202666")) == Decimal("1.65")
    rich.world.switches.billing_currency = "EUR"
    lines = read(rich, f"{UNBILLED}/{USAGE}&currencycode=eur&period=current")
    one = next(found for found in lines if found["resourceUri"].endswith("vm-p1"))
    assert (one["effectiveUnitPrice"], one["quantity"], one["pcToBCExchangeRate"]) == (
        0.09792,
        24,
        0.846202666,
    )
    assert (one["billingPreTaxTotal"], one["billingCurrency"], one["pricingPreTaxTotal"]) == (
        1.98,
        "EUR",
        2.35,
    )
    assert one["pcToBCExchangeRateDate"] == "2026-11-01T00:00:00Z"
    newest = found_invoices(rich)[0]
    assert newest["currencyCode"] == "EUR"
    usage = read(rich, f"{ALL}/{newest['id']}/{USAGE}")
    assert sum(Decimal(str(found["billingPreTaxTotal"])) for found in usage) == Decimal(
        str(newest["totalCharges"])
    )
    assert rich.get("/v1/usagesummary")["currencyCode"] == "EUR"


def test_a_factor_is_above_zero(rich):
    with pytest.raises(RefusalError, match="above 0"):
        change(rich, "0", 0)


def test_x20_the_partner_pays_for_usage_less_credit_and_for_a_reservation_in_its_currency(folder, tmp_path):
    """X-20 (X-13a, D-1231 to D-1233): 0.096 an hour or 496 a year, credit 15 %, 0.92 EUR for a dollar."""
    root = tmp_path / "sample_data"
    shutil.copytree(folder, root)
    (root / "reference" / "currencies.csv").write_text(
        CURRENCIES.replace("0.846202666", "0.92"), encoding="utf-8"
    )
    prices = tiny.PRICES_TABLE.replace("Linux,USD,0.1152,595", "Linux,USD,0.096,496")
    (root / "demo" / "prices.csv").write_text(prices, encoding="utf-8")
    world = World.demo(folder=root)
    app = create_app(world, tiny.TOKEN, wall=lambda: 1_000_000.0, sleep=lambda _: None)
    partner = tiny.Caller(world, app.test_client(), [1_000_000.0], [])
    assert price(sheet(partner, "DE")) == Decimal("456.32")
    lines = read(partner, f"{UNBILLED}/{USAGE}&currencycode=usd&period=current")
    one = next(found for found in lines if found["resourceUri"].endswith("vm-p1"))
    unit, effective = (Decimal(str(one[name])) for name in ("unitPrice", "effectiveUnitPrice"))
    cent = Decimal("0.01")
    assert (unit * 8760, (unit * 8760 - effective * 8760).quantize(cent)) == (
        Decimal("840.960"),
        Decimal("126.14"),
    )
    assert (effective * 8760).quantize(cent) == Decimal("714.82")


def test_d1237_an_effective_price_with_credit():
    """D-1237: 0.045 with 15 % is 0.03825."""
    assert Decimal("0.045") * (1 - dated_rules.earned_credit()) == Decimal("0.03825")
