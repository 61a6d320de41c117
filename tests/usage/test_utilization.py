"""Utilization records: what counts, under which name, and what is set aside."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bespeak.errors import InputError, UnreadableError
from bespeak.usage import from_utilization

START = datetime(2026, 10, 5, tzinfo=UTC)


def only_reason(reading) -> str:
    assert reading.usage.empty
    assert len(reading.set_aside) == 1
    return reading.set_aside["reason"][0]


def test_a_record_becomes_a_usage_row(record):
    reading = from_utilization([record(quantity=Decimal("0.75"))])

    row = reading.usage.iloc[0]
    assert row["start"].to_pydatetime() == START
    assert (row["hours_in_window"], row["hours"]) == (1, 0.75)
    assert row["azure_subscription_id"] == "b1e6aaaa-0000-4000-8000-000000000001"
    assert (row["vm"], row["size"], row["region"]) == ("web01", "Standard_D2s_v5", "polandcentral")
    assert row["meter_id"] == "5b0a7f0e-8e36-4f18-a2f3-6b6d0d2e9c41"
    assert (reading.start, reading.end) == (START, START + timedelta(hours=1))


def test_a_covered_record_counts_under_its_real_meter(record):
    """D-308, D-340: the record's own meter is a reservation meter; the machine's is in ConsumptionMeter."""
    covered = record(
        resource={"id": "99999999-0000-4000-8000-000000000000", "subcategory": "Reservation-Base VM"},
        info={"ReservationId": "R-1", "ConsumptionMeter": "5b0a7f0e"},
    )

    row = from_utilization([covered]).usage.iloc[0]

    assert (row["meter_id"], row["reservation_id"]) == ("5b0a7f0e", "r-1")


def test_members_of_the_extra_facts_are_found_in_either_spelling(record):
    """D-308 writes reservationId, D-341 ReservationId."""
    bag = {"serviceType": "D2s v5", "vmName": "a", "reservationId": "R-1", "consumptionMeter": "m"}

    row = from_utilization(
        [record(instanceData=record()["instanceData"] | {"additionalInfo": bag})]
    ).usage.iloc[0]

    assert (row["size"], row["vm"], row["reservation_id"], row["meter_id"]) == (
        "Standard_D2s_v5",
        "a",
        "r-1",
        "m",
    )


@pytest.mark.parametrize(
    "text",
    [
        '{ "ServiceType": "Standard_D2s_v5", "VMName": "web01", "ImageType": null }',
        '"ServiceType": "Standard_D2s_v5", "VMName": "web01"',
    ],
)
def test_extra_facts_may_come_as_text(record, text):
    """D-325: an object, a JSON string (also without its braces) or nothing."""
    item = record(instanceData=record()["instanceData"] | {"additionalInfo": text})

    assert from_utilization([item]).usage["vm"].tolist() == ["web01"]


@pytest.mark.parametrize("absent", [None, "", "not json", ["Standard_D2s_v5"]])
def test_without_a_stated_size_a_record_is_set_aside(record, absent):
    """D-302, D-303: a size is never taken from a meter name."""
    item = record(instanceData=record()["instanceData"] | {"additionalInfo": absent})

    assert "does not say its size" in only_reason(from_utilization([item]))


def test_without_instance_data_a_record_is_set_aside(record):
    item = record()
    del item["instanceData"]

    assert "does not say its size" in only_reason(from_utilization([item]))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"resource": {"category": "Storage"}}, "Storage is not a virtual machine"),
        ({"resource": {"category": ""}}, "A record without a category is not a virtual machine"),
        ({"info": {"UsageType": "ComputeHR_SW"}}, "software licences are not covered"),
        ({"info": {"UsageType": "ComputeCR"}}, "capacity reservation"),
        ({"info": {"UsageType": "ComputeXX"}}, "not known as machine hours"),
        ({"resource": {"name": "D2s v5 Spot"}}, "Spot machines"),
        ({"resource": {"name": "D2s v5 Low Priority"}}, "Spot machines"),
        ({"size": "Standard_D2s_v3_Promo"}, "Promotional sizes"),
        ({"provider": "Microsoft.ClassicCompute"}, "Classic machines"),
        ({"unit": "1 GB/Month"}, "does not count hours"),
        ({"size": "Standard_D4xs_v9"}, "The size 'Standard_D4xs_v9' is not in the size table."),
        ({"location": "atlantis"}, "The region 'atlantis' is not in the region table."),
        ({"quantity": -1}, "corrects an earlier record"),
        ({"quantity": "many"}, "not a number"),
        ({"usageStartTime": "yesterday"}, "is not a date"),
        (
            {"usageStartTime": "2026-10-05T00:30:00Z", "usageEndTime": "2026-10-05T01:30:00Z"},
            "not on a full hour",
        ),
        ({"length": 2}, "neither one hour nor one day"),
    ],
)
def test_what_cannot_count_is_set_aside_with_its_reason(record, changes, reason):
    """D-305, D-348, D-350, D-511 and E5: never counted as 0 or 1, never lost."""
    reading = from_utilization([record(**changes)], start=START, end=START + timedelta(days=2))

    assert reason in only_reason(reading)
    assert reading.set_aside["rows"].tolist() == [1]


def test_an_unknown_size_is_listed_for_each_machine_with_its_hours(record):
    items = [record("a", hour, size="Standard_D4xs_v9") for hour in range(3)] + [
        record("b", size="Standard_D4xs_v9")
    ]

    aside = from_utilization(items, start=START, end=START + timedelta(days=1)).set_aside

    assert aside["rows"].tolist() == [3, 1]
    assert aside["hours"].tolist() == [3.0, 1.0]
    assert aside["resource"].str.rsplit("/").str[-1].tolist() == ["a", "b"]
    assert set(aside["size"]) == {"Standard_D4xs_v9"}


def test_days_are_utc_days_even_when_another_zone_is_printed(record):
    """D-324: 17:00-07:00 is midnight UTC."""
    item = record(
        usageStartTime="2026-10-04T17:00:00-07:00", usageEndTime="2026-10-05T17:00:00-07:00", quantity=24
    )

    row = from_utilization([item]).usage.iloc[0]

    assert (row["start"].to_pydatetime(), row["hours_in_window"]) == (START, 24)


def test_the_window_goes_by_consumption_not_by_report(record):
    """D-320: a query returns older days that were reported late."""
    window = {"start": START, "end": START + timedelta(hours=2)}

    reading = from_utilization([record(hour=hour) for hour in (-1, 0, 1, 2)], **window)

    assert len(reading.usage) == 2
    assert reading.set_aside["reason"].str.extract(r"(before|after)")[0].tolist() == ["after", "before"]
    assert reading.set_aside["resource"].isna().all()


def test_a_record_that_comes_twice_counts_once(record):
    """D-326: reading is idempotent by key."""
    reading = from_utilization([record(), record(hour=1), record()])

    assert len(reading.usage) == 2
    assert only_counts(reading) == {"The same record came a second time.": 1}


def only_counts(reading) -> dict:
    return dict(zip(reading.set_aside["reason"], reading.set_aside["rows"], strict=True))


def test_a_covered_and_an_uncovered_part_of_an_hour_both_count(record):
    parts = [record(quantity=Decimal("0.5")), record(quantity=Decimal("0.5"), info={"ReservationId": "R-1"})]

    assert from_utilization(parts).usage["hours"].sum() == 1.0


def test_no_records_give_an_empty_reading_of_the_window():
    reading = from_utilization([], start=START, end=START + timedelta(hours=1))

    assert (reading.rows_in, reading.hours_in, len(reading.usage)) == (0, 0.0, 0)


def test_no_records_and_no_window_are_refused():
    with pytest.raises(InputError, match="no usage record with a date"):
        from_utilization([])


def test_a_record_of_another_shape_is_refused_in_words():
    with pytest.raises(UnreadableError, match="not in the documented shape"):
        from_utilization([{"usageStartTime": "2026-10-05T00:00:00Z"}])
