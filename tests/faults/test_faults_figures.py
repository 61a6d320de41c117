"""Faults in what figures are made of: records of another shape, late, doubled, corrected, taken back, or missing."""

import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "usage"))
from usage_records import START
from usage_records import rated_line as line
from usage_records import utilization_record as record

from bespeak.advice import recommend
from bespeak.catalogue import PriceBook
from bespeak.clients.sandbox_door import in_kernel_door
from bespeak.clients.session import SandboxSession
from bespeak.customers import customers, find_customer, left_out
from bespeak.errors import InputError
from bespeak.holdings.times import read_time
from bespeak.money import Money
from bespeak.sandbox import World, create_app
from bespeak.tables import HOLDINGS, PAYG_PRICES, RESERVATION_PRICES, SUBSCRIPTIONS
from bespeak.usage import Control, demand, from_rated, from_utilization, read_cost_export, read_usage

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
OPTIONAL = ("unit", "infoFields", "attributes")


def session_with(*items):
    """A session whose lists hold these items."""
    return SimpleNamespace(
        door=SimpleNamespace(collect=lambda _call, _progress=None: list(items)),
        world="sandbox",
        now=lambda: START,
    )


def reasons(reading):
    return dict(zip(reading.set_aside["reason"], reading.set_aside["rows"], strict=True))


def book(*sizes, currency="USD"):
    """A price book in which a year costs as much as 4,000 hours."""
    same = {"region": "polandcentral", "currency": currency}
    return PriceBook(
        payg=PAYG_PRICES.frame([same | {"size": size, "per_hour": Decimal("0.1")} for size in sizes]),
        reservations=RESERVATION_PRICES.frame(
            same | {"size": size, "term": "P1Y", "total": Decimal(400), "product_id": "p", "sku_id": "s"}
            for size in sizes
        ),
        currency=currency,
        as_of=date(2026, 11, 16),
        source="a test",
    )


def advice_on(found, *sizes):
    return recommend(found, book(*sizes), HOLDINGS.frame([]), date(2026, 11, 16))


def test_f48_new_fields_and_another_order_of_fields_change_nothing():
    plain = [record("a", hour) for hour in range(3)]
    strange = [
        dict(reversed((one | {"meterRank": 7, "links": {"self": None}, "quality": ["new"]}).items()))
        for one in plain
    ]
    assert from_utilization(strange).usage.equals(from_utilization(plain).usage)
    lines = [line("a", day) for day in range(3)]
    odd = [dict(reversed((one | {"carbon": {"kg": 1}}).items())) for one in lines]
    assert from_rated(odd).usage.equals(from_rated(lines).usage)


def test_f48_a_new_value_is_shown_as_what_it_is_and_never_guessed():
    reading = from_utilization([record(), record("b", info={"UsageType": "ComputeQR"})])
    assert reasons(reading) == {"ComputeQR: this usage type is not known as machine hours.": 1}
    rated = from_rated([line(), line("b", chargeType="carbonOffset")])
    assert reasons(rated) == {"carbonOffset: a charge of this type is not usage.": 1}
    found = customers(session_with({"id": "C-1", "relationshipToPartner": "Co_Owner"}))
    assert found["relationship"].tolist() == ["co_owner"]


@pytest.mark.parametrize("name", OPTIONAL)
@pytest.mark.parametrize("how", ["missing", "null"])
def test_f49_an_optional_field_may_be_missing_or_null(name, how):
    item = {key: value for key, value in record().items() if key != name}
    if how == "null":
        item[name] = None
    reading = from_utilization([item])
    assert (reading.rows_in, len(reading.usage), reading.hours_in) == (1, 1, 1.0)


@pytest.mark.parametrize("name", ["usageStartTime", "usageEndTime", "resource", "quantity"])
@pytest.mark.parametrize("how", ["missing", "null"])
def test_f49_one_record_in_a_thousand_without_a_required_field_is_set_aside_and_listed(name, how):
    items = [record(f"vm{number % 40}", number // 40) for number in range(1_000)]
    items[500] = {key: value for key, value in items[500].items() if key != name}
    if how == "null":
        items[500][name] = None

    reading = from_utilization(items, start=START, end=START + DAY + HOUR)

    assert (reading.rows_in, len(reading.usage), reading.set_aside["rows"].tolist()) == (1_000, 999, [1])
    said = reading.set_aside["reason"][0]
    assert said == "The quantity is not a number." if name == "quantity" else f"no '{name}" in said
    assert reading.set_aside["resource"][0].endswith(f"/vm{500 % 40}")


@pytest.mark.parametrize("broken", [None, "text", 7, ["a", "list"], {}])
def test_f49_a_record_that_is_no_record_is_set_aside(broken):
    reading = from_utilization([record(), broken])
    assert (len(reading.usage), reading.set_aside["rows"].tolist()) == (1, [1])


@pytest.mark.parametrize("part", ["resource", "instanceData"])
def test_f49_a_part_of_a_record_that_is_no_object_stops_nothing(part):
    reading = from_utilization([record(), record("b") | {part: "text"}])
    assert (len(reading.usage), reading.set_aside["rows"].tolist()) == (1, [1])


@pytest.mark.parametrize(
    "name", ["usageDate", "quantity", "meterCategory", "resourceLocation", "additionalInfo", "resourceUri"]
)
def test_f49_a_rated_line_without_a_required_field_is_set_aside(name):
    broken = {key: value for key, value in line("b").items() if key != name}
    if name == "resourceUri":
        broken["additionalInfo"] = broken["additionalInfo"].replace("VMName", "other")
    reading = from_rated([*(line("a", day) for day in range(9)), broken])
    assert (reading.rows_in, len(reading.usage), reading.set_aside["rows"].tolist()) == (10, 9, [1])


def test_f49_a_customer_without_an_id_is_named_and_the_others_are_there():
    named = [{"id": f"C-{number}", "companyProfile": {"companyName": f"N{number}"}} for number in range(999)]
    found = customers(session_with(*named, {"companyProfile": {"companyName": "Nobody Ltd"}}))
    assert len(found) == 999
    assert left_out(found) == ("Nobody Ltd",)


@pytest.mark.parametrize("profile", [None, [], "text", {"companyName": None}])
def test_f49_a_customer_with_a_strange_profile_is_listed(profile):
    found = customers(session_with({"id": "C-1", "companyProfile": profile}))
    assert found["name"].tolist() == [""]


def test_f69_a_record_that_is_corrected_counts_once_with_its_last_quantity_and_the_change_is_shown():
    wrong, right = record(quantity=Decimal("1.5")), record(quantity=Decimal("0.75"))
    reading = from_utilization([wrong, record("b"), right, record("b")])
    assert dict(zip(reading.usage["vm"], reading.usage["hours"], strict=True)) == {"web01": 0.75, "b": 1.0}
    assert reasons(reading) == {
        "A later report of the same record says another quantity, and counts instead.": 1,
        "The same record came a second time.": 1,
    }
    assert sorted(reading.set_aside["hours"]) == [1.0, 1.5]


def test_f69_a_correction_back_to_the_first_quantity_counts_as_the_last():
    reading = from_utilization([record(quantity=one) for one in (1, Decimal("0.5"), 1)])
    assert reading.usage["hours"].tolist() == [1.0]
    assert reading.set_aside["hours"].sum() == 1.5


def test_f69_a_report_in_other_letters_and_another_way_to_write_the_time_is_the_same_record():
    first, again = record(), record()
    again["instanceData"] = first["instanceData"] | {
        "resourceUri": first["instanceData"]["resourceUri"].upper()
    }
    again |= {"usageStartTime": "2026-10-05T02:00:00.0000000+02:00", "usageEndTime": "2026-10-05T01:00:00Z"}
    assert from_utilization([first, again]).usage["hours"].tolist() == [1.0]


def in_a_world(**switches):
    """Hourly use of a legacy customer over 12 days, of which the first 8 are so old that all reports have arrived."""
    world = World.demo()
    for name, share in switches.items():
        world.switches.set(name, share)
    session = SandboxSession(
        in_kernel_door(create_app(world, "token"), "token"), "in a test", lambda _: Path()
    )
    reading = read_usage(session, find_customer(session, "Fabrikam"), days=12)
    return reading, demand(reading, end=reading.end - 4 * DAY)


def test_f69_late_doubled_and_corrected_records_give_the_figures_of_records_that_are_right_and_on_time():
    """The window is read by the time of the report and grouped by that of the use, so what came late is in it."""
    punctual, expected = in_a_world()
    reading, found = in_a_world(usage_late=30, usage_doubled=20, usage_corrected=20)
    assert reading.rows_in > punctual.rows_in
    assert (found.groups["units"] - expected.groups["units"]).abs().max() < 1e-6
    assert found.vms["hours"].sum() == pytest.approx(expected.vms["hours"].sum())
    shown = " ".join(reading.set_aside["reason"])
    assert "second time" in shown
    assert "counts instead" in shown


def test_f70_hours_that_are_taken_back_are_subtracted():
    reading = from_utilization([record(), record(quantity=Decimal("-0.25")), record("b")])
    assert len(reading.set_aside) == 0
    assert demand(reading).groups["units"].tolist() == [1.75]
    assert reading.hours_in == 1.75


def test_f70_a_machine_with_a_negative_sum_is_shown_with_it_and_is_no_demand():
    """Never clipped to 0: used and set aside together are still what came in."""
    reading = from_utilization([record(), record(quantity=-3), record("b")])
    assert reading.usage["vm"].tolist() == ["b"]
    assert reading.set_aside["hours"].sum() == -2.0
    assert reading.hours_in == -1.0 == reading.usage["hours"].sum() + reading.set_aside["hours"].sum()


def test_f70_a_credit_for_another_window_or_machine_lowers_nothing_else():
    reading = from_utilization([record(hour=0), record(hour=1, quantity=-1), record("b", quantity=-1)])
    assert reading.usage["hours"].tolist() == [1.0]
    assert reading.set_aside["hours"].tolist() == [-1.0, -1.0]


def test_f70_a_negative_day_of_a_daily_line_is_subtracted_too():
    found = demand(from_rated([line(quantity=30), line(quantity=-6), line("b", quantity=-24)]))
    assert found.groups["units"].tolist() == [1.0] * 24
    assert found.set_aside["hours"].tolist() == [-24.0]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Warsaw", date(2026, 3, 29), 23),
        ("Europe/Warsaw", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Pacific/Apia", date(2026, 7, 1), 24),
    ],
)
def test_f71_the_hours_of_a_local_day_are_those_that_it_has(zone, day, hours):
    """A machine that always ran has an uptime of 100 %, on the days of a switch as well."""
    here = ZoneInfo(zone)
    begins = datetime(day.year, day.month, day.day, tzinfo=here)
    ends = datetime.combine(day + DAY, datetime.min.time(), tzinfo=here)
    first = begins.astimezone(UTC).replace(minute=0)
    items = []
    for number in range(-2, 30):
        moment = (first + number * HOUR).astimezone(here)
        items.append(
            record(
                usageStartTime=moment.isoformat(),
                usageEndTime=(moment.astimezone(UTC) + HOUR).astimezone(here).isoformat(),
            )
        )
    assert (ends.astimezone(UTC) - begins.astimezone(UTC)) / HOUR == hours

    found = demand(from_utilization(items), start=begins, end=ends)

    assert found.groups["units"].tolist() == [1.0] * found.hours
    assert found.vms["hours"].sum() == found.hours
    assert found.hours - hours in {0, 0.5, -0.5}  # half an hour is no hour that can be reserved


@pytest.mark.parametrize("hours", [23, 25])
def test_f71_a_local_day_of_23_or_25_hours_is_not_taken_for_24(hours):
    reading = from_utilization([record(length=24, quantity=24), record("b", length=hours, quantity=hours)])
    assert reading.usage["vm"].tolist() == ["web01"]
    assert reading.set_aside["hours"].tolist() == [float(hours)]
    assert "neither one hour nor one day" in reading.set_aside["reason"][0]


@pytest.mark.parametrize(("first", "days"), [("2028-02-28", 3), ("2028-02-29", 2), ("2027-02-28", 2)])
def test_f72_a_window_over_the_end_of_february_has_the_right_hours(first, days):
    begins = datetime.fromisoformat(first).replace(tzinfo=UTC)
    end = datetime(begins.year, 3, 2, tzinfo=UTC)
    lines = [line(usageDate=(begins + day * DAY).isoformat()) for day in range((end - begins).days)]
    found = demand(from_rated(lines))
    assert found.hours == days * 24
    assert found.groups["units"].tolist() == [1.0] * found.hours


def test_f72_a_window_may_end_on_the_29th_and_begin_on_it():
    leap = datetime(2028, 2, 29, tzinfo=UTC)
    lines = [line(usageDate=(leap + day * DAY).isoformat()) for day in (-1, 0, 1)]
    reading = from_rated(lines)
    assert demand(reading, end=leap + DAY).hours == 48
    assert demand(reading, start=leap).hours == 48


def test_f72_a_year_from_the_29th_is_a_term_of_8760_hours():
    found = advice_on(demand(from_rated([line(usageDate="2028-02-29")])), "Standard_D2s_v5")
    bought = recommend(
        demand(from_rated([line(usageDate="2028-02-29")])),
        book("Standard_D2s_v5"),
        HOLDINGS.frame([]),
        date(2028, 2, 29),
    )
    assert bought["saving"].tolist() == found["saving"].tolist()
    assert bought.loc[bought["term"] == "P1Y", "saving"].tolist() == [pytest.approx(2.4 - 400 / 8760 * 24)]


def test_f73_a_size_that_the_catalogue_does_not_know_is_kept_apart_and_nothing_is_advised_from_it():
    items = [record("known", hour) for hour in range(24)]
    items += [record("new", hour, size="Standard_D4xs_v9") for hour in range(24)]
    reading = from_utilization(items)
    found = demand(reading)

    assert reading.hours_in == 48 == found.vms["hours"].sum() + found.set_aside["hours"].sum()
    assert found.set_aside["size"].tolist() == ["Standard_D4xs_v9"]
    advice = advice_on(found, "Standard_D2s_v5", "Standard_D4xs_v9")
    assert "Standard_D4xs_v9" not in set(advice["size"])
    assert advice.loc[advice["quantity"] > 0, "size"].tolist() == ["Standard_D2s_v5"]


def test_f74_a_size_without_a_ratio_covers_itself_only_and_the_advice_says_so():
    items = [record("a", hour, size="Standard_D2s_v7") for hour in range(24)]
    items += [record("b", hour, size="Standard_D4s_v7") for hour in range(24)]
    advice = advice_on(demand(from_utilization(items)), "Standard_D2s_v7", "Standard_D4s_v7")
    yearly = advice[advice["term"] == "P1Y"]
    assert yearly["group"].tolist() == ["size:Standard_D2s_v7", "size:Standard_D4s_v7"]
    assert yearly["quantity"].tolist() == [1, 1]
    assert all("No ratio is known" in " ".join(said) for said in yearly["reasons"])


def test_f75_letter_case_never_splits_a_machine():
    """A name in other letters, in the id or in the extra facts, halves of one day: it ran all day."""
    odd = line("WEB01", quantity=12)
    odd["resourceUri"] = odd["resourceUri"].replace("/rg/", "/RG/").upper()
    found = demand(from_rated([line("web01", quantity=12), odd]))
    assert found.vms[["vm", "hours"]].to_numpy().tolist() == [["WEB01", 24.0]]
    assert found.groups["units"].tolist() == [1.0] * 24


def test_f75_a_machine_that_is_resized_or_stands_still_for_a_week_keeps_its_history():
    resized = [
        record("a", hour, size="Standard_D2s_v5" if hour < 5 else "Standard_D4s_v5") for hour in range(9)
    ]
    found = demand(from_utilization(resized))
    assert found.groups["units"].tolist() == [1.0] * 5 + [2.0] * 4
    assert set(found.vms["resource"].str.rsplit("/").str[-1]) == {"a"}

    idle = demand(from_utilization([record("a", hour) for hour in (0, 1, 24 * 8)]))
    assert idle.vms["hours"].tolist() == [3.0]
    assert idle.groups["units"].sum() == 3.0


def test_f75_a_machine_that_moves_to_another_group_is_never_counted_twice():
    """Usage has no id of the machine that outlives the move, so it is listed twice, with the hours of each place."""
    moved = [record("a", hour) for hour in range(4)]
    for one in moved[2:]:
        one["instanceData"]["resourceUri"] = one["instanceData"]["resourceUri"].replace("rg-web", "rg-new")
    found = demand(from_utilization(moved))
    assert found.groups["units"].tolist() == [1.0] * 4
    assert found.vms["hours"].tolist() == [2.0, 2.0]


def test_f76_a_meter_that_is_replaced_in_mid_window_goes_on_with_the_same_machine():
    items = [record("a", hour) for hour in range(4)]
    for one in items[2:]:
        one["resource"] = one["resource"] | {"id": "99999999-0000-4000-8000-000000000000"}
    found = demand(from_utilization(items))
    assert found.groups["units"].tolist() == [1.0] * 4
    assert found.vms["hours"].tolist() == [4.0]
    assert found.set_aside.empty


def test_f77_two_currencies_are_never_added():
    two = book("Standard_D2s_v5")
    with pytest.raises(InputError, match="are in EUR, the price book is in USD"):
        PriceBook(book("Standard_D2s_v5", currency="EUR").payg, two.reservations, "USD", two.as_of, "a test")
    with pytest.raises(InputError, match="do not add up"):
        Money(Decimal(1), "USD") + Money(Decimal(1), "EUR")


def test_f77_a_saving_is_told_in_one_currency_and_each_currency_has_its_own():
    found = demand(from_utilization([record(hour=hour) for hour in range(24)]))
    for currency in ("USD", "JPY"):
        prices = book("Standard_D2s_v5", currency=currency)
        advice = recommend(found, prices, HOLDINGS.frame([]), date(2026, 11, 16))
        assert set(advice["currency"]) == {currency}


CSV = """\
Date,MeterCategory,UnitOfMeasure,Quantity,ResourceLocation,ResourceId,AdditionalInfo
2026-10-05,Virtual Machines,1 Hour,24,polandcentral,/subscriptions/s/a,"{""ServiceType"":""Standard_D2s_v5""}"
2026-10-05,Virtual Machines,1 Hour,7.1,polandcentral,/subscriptions/s/b,"{""ServiceType"":""Standard_D2s_v5""}"
"""


@pytest.mark.parametrize(
    ("control", "said"),
    [
        (Control(rows=3), "INCOMPLETE: the source says that it has 3 records, and 2 came."),
        (
            Control(rows=2, quantity=Decimal("31.2")),
            "INCOMPLETE: the source says that the quantities sum to 31.2, and they sum to 31.1.",
        ),
    ],
)
def test_f78_a_partial_file_is_marked_and_nothing_is_advised_from_it(control, said):
    reading = read_cost_export(CSV.encode(), control=control)
    found = demand(reading)
    assert (reading.incomplete, found.incomplete) == (said, said)
    assert "INCOMPLETE" in repr(reading)
    assert "INCOMPLETE" in repr(found)
    with pytest.raises(InputError, match="nothing can be bought") as refused:
        advice_on(found, "Standard_D2s_v5")
    assert said in str(refused.value)


def test_f78_a_whole_file_passes_its_control():
    reading = read_cost_export(CSV.encode(), control=Control(rows=2, quantity=Decimal("31.10")))
    assert reading.incomplete == ""
    assert len(advice_on(demand(reading), "Standard_D2s_v5")) == 2
    rated = from_rated([line(), line("b")], control=Control(rows=2, quantity=Decimal(48)))
    assert rated.incomplete == ""
    assert from_rated([line()], control=Control(rows=2)).incomplete


@pytest.mark.parametrize(
    "start",
    [
        "2026-10-05T00:00:00Z",
        "2026-10-05T00:00:00+00:00",
        "2026-10-05T00:00:00.0000000Z",
        "2026-10-05T00:00:00.0000000+00:00",
        "2026-10-05T00:00:00",
        "2026-10-05",
        " 2026-10-05T02:00:00+02:00 ",
        "2026-10-04T20:00:00-04:00",
    ],
)
def test_f79_each_way_to_write_one_moment_is_that_moment(start):
    row = from_utilization([record(usageStartTime=start, usageEndTime="2026-10-05T01:00:00Z")]).usage.iloc[0]
    assert (row["start"].to_pydatetime(), row["hours"]) == (START, 1.0)


@pytest.mark.parametrize(
    "start",
    ["0001-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00Z", "9999-12-31T23:00:00-12:00"],
)
@pytest.mark.parametrize("make", [record, line])
def test_f79_the_ends_of_the_calendar_stand_for_no_time_and_are_set_aside(start, make):
    reads = from_utilization if make is record else from_rated
    name = "usageStartTime" if make is record else "usageDate"
    reading = reads([make(), make("b", **{name: start})])
    assert reading.usage["vm"].tolist() == ["web01"]
    assert reading.set_aside["rows"].tolist() == [1]
    assert demand(reading).hours == (1 if make is record else 24)


def test_f79_a_time_of_a_table_is_read_as_utc_whatever_its_form():
    assert read_time("0001-01-01T00:00:00") is None
    assert read_time("2026-10-05T00:00:00.1234567") == START.replace(microsecond=123456)
    assert read_time("2026-10-05T02:00:00+02:00") == START
    assert "start" not in SUBSCRIPTIONS.frame([]).columns


def test_f82_two_hundred_thousand_usage_lines_are_read_whole_into_a_small_table():
    """The store for twenty million is another; what is read today keeps a line in 64 bytes, for its texts repeat."""
    lines = [line(f"vm{number}", day) for day in range(40) for number in range(500)]
    ten_fold = [one for one in lines for _ in range(10)]
    reading = from_rated(ten_fold)
    assert (reading.rows_in, len(reading.usage)) == (200_000, 200_000)
    assert reading.hours_in == 200_000 * 24
    assert reading.usage.memory_usage(deep=True).sum() < 200_000 * 64
