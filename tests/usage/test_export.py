"""Cost exports that a person drops: EA, MCA, FOCUS; dates and oddities as they come."""

import csv
import gzip
import io
import json
from datetime import UTC, datetime

import pytest

from bespeak.errors import InputError
from bespeak.usage import demand, read_cost_export

INFO = {
    "UsageType": "ComputeHR",
    "ServiceType": "Standard_DS2_v2",
    "VMName": "pool_1",
    "RINormalizationRatio": 2.0,
}
POOL = "resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/pool"
URI = f"/subscriptions/9EC51CFD-0000-4000-8000-000000000001/{POOL}"
EA = {
    "SubscriptionId": "9ec51cfd-0000-4000-8000-000000000001",
    "Date": "09/22/2023",
    "MeterId": "14fc9a21",
    "MeterCategory": "Virtual Machines",
    "MeterSubCategory": "Dv2/DSv2 Series",
    "MeterName": "D2 v2/DS2 v2",
    "Quantity": "8",
    "UnitPrice": "0.146",
    "EffectivePrice": "0.061644",
    "ResourceLocation": "EastUS",
    "ResourceId": URI,
    "AdditionalInfo": json.dumps(INFO),
    "UnitOfMeasure": "1 Hour",
    "ReservationId": "F39D1C73",
    "ChargeType": "Usage",
    "PricingModel": "Reservation",
}


def table(*rows: dict, delimiter: str = ",") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return ("\ufeff" + text.getvalue()).encode()


def test_an_amortised_ea_row_is_a_day_of_a_machine():
    reading = read_cost_export(table(EA))

    row = reading.usage.iloc[0]
    assert row["start"].to_pydatetime() == datetime(2023, 9, 22, tzinfo=UTC)
    assert (row["hours_in_window"], row["hours"], row["size"]) == (24, 8.0, "Standard_DS2_v2")
    assert (row["region"], row["vm"], row["reservation_id"]) == ("eastus", "pool_1", "f39d1c73")
    assert row["azure_subscription_id"] == "9ec51cfd-0000-4000-8000-000000000001"


def test_x03_the_reservation_hours_of_a_covered_record_are_the_units_it_draws():
    """X-03 (D-426): 8 h of a DS2_v2 draw 8 x 2.0 = 16 hours of a DS1_v2; our ratio must agree with the record's."""
    found = demand(read_cost_export(table(EA)))

    assert found.groups["unknown"].sum() == 16.0
    assert found.groups["units"].sum() == 0.0


def test_mca_headers_and_iso_dates_read_the_same():
    mca = {name[0].lower() + name[1:]: value for name, value in EA.items()} | {"date": "2023-09-22"}

    assert read_cost_export(table(mca)).usage.equals(read_cost_export(table(EA)).usage)


def test_older_ea_headers_have_blanks_and_other_names():
    names = {
        "ResourceId": "Instance ID",
        "MeterCategory": "Meter Category",
        "AdditionalInfo": "Additional Info",
    }
    old = {names.get(name, name): value for name, value in EA.items()}

    assert len(read_cost_export(table(old)).usage) == 1


def test_focus_rows_with_microsofts_columns_count():
    focus = {
        "ChargePeriodStart": "2024-09-03T00:00:00Z",
        "ChargePeriodEnd": "2024-09-03T01:00:00Z",
        "ChargeCategory": "Usage",
        "ConsumedQuantity": "1",
        "ConsumedUnit": "Hours",
        "RegionId": "eastus2",
        "ResourceId": URI,
        "SubAccountId": "/subscriptions/9ec51cfd",
        "ServiceName": "Virtual Machines",
        "x_SkuMeterCategory": "Virtual Machines",
        "x_SkuDetails": json.dumps({"ServiceType": "Standard_D2s_v5"}),
        "CommitmentDiscountId": "/providers/Microsoft.Capacity/reservationOrders/O-1/reservations/R-1",
        "CommitmentDiscountStatus": "Used",
    }

    reading = read_cost_export(table(focus, focus | {"CommitmentDiscountStatus": "Unused"}))

    row = reading.usage.iloc[0]
    assert (row["hours_in_window"], row["size"], row["reservation_id"]) == (1, "Standard_D2s_v5", "r-1")
    assert "reserved hours that nothing used" in reading.set_aside["reason"][0]


@pytest.mark.parametrize(
    ("changes", "reason", "hours"),
    [
        ({"ChargeType": "UnusedReservation"}, "reserved hours that nothing used", 8.0),
        ({"ChargeType": "Purchase", "Quantity": "1"}, "not usage", 0.0),
        ({"ChargeType": "Refund"}, "not usage", 0.0),
        ({"PricingModel": "Spot"}, "Spot", 8.0),
        ({"MeterCategory": "SQL Managed Instance"}, "not a virtual machine", 0.0),
        ({"AdditionalInfo": ""}, "does not say its size", 8.0),
        ({"Quantity": "8,5"}, "not a number", 0.0),
    ],
)
def test_rows_that_are_no_demand_are_set_aside(changes, reason, hours):
    aside = read_cost_export(table(EA, EA | changes)).set_aside

    assert reason in aside["reason"][0]
    assert aside["hours"].tolist() == [hours]


def test_a_savings_plan_row_is_demand_without_a_reservation():
    row = EA | {"PricingModel": "SavingsPlan", "ReservationId": "", "AdditionalInfo": json.dumps(INFO)}
    reading = read_cost_export(
        table(row | {"benefitId": "/providers/Microsoft.BillingBenefits/savingsPlanOrders/s"})
    )

    assert reading.usage["reservation_id"].isna().all()


def test_a_day_first_date_is_refused_not_guessed():
    with pytest.raises(InputError, match=r"'22/09/2023' is not month/day/year"):
        read_cost_export(table(EA, EA | {"Date": "22/09/2023"}))


def test_a_semicolon_file_and_a_gzipped_file_are_read():
    assert len(read_cost_export(table(EA, delimiter=";")).usage) == 1
    assert len(read_cost_export(gzip.compress(table(EA))).usage) == 1


def test_a_file_is_read_from_its_path(tmp_path):
    (tmp_path / "march.csv").write_bytes(table(EA))

    assert read_cost_export(tmp_path / "march.csv").source == "march.csv"


def test_missing_columns_are_named():
    row = {name: value for name, value in EA.items() if name != "AdditionalInfo"}

    with pytest.raises(InputError, match="lacks these columns: additionalinfo or xskudetails"):
        read_cost_export(table(row))


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00", "neither UTF-8 nor UTF-16"),
        (b"\x1f\x8bnot gzip", "breaks off or is damaged"),
    ],
)
def test_what_is_no_table_is_refused(raw, says):
    with pytest.raises(InputError, match=says):
        read_cost_export(raw)


def test_a_missing_file_is_said_so():
    with pytest.raises(InputError, match=r"'gone\.csv' cannot be read"):
        read_cost_export("gone.csv")


def test_a_table_of_headers_only_has_no_usage():
    header_only = table(EA).split(b"\n", 1)[0] + b"\n"

    with pytest.raises(InputError, match="no usage record"):
        read_cost_export(header_only)
