"""Utilization records of legacy Azure: windows, pages, grain, what is not ready."""

from collections import Counter

import pytest
from tiny_world import ADA, ADA_ONE, ADA_TWO, BOB, BOB_PLAN


def where(start, end, *, customer=ADA, subscription=ADA_ONE, more="&granularity=hourly"):
    path = f"/v1/customers/{customer}/subscriptions/{subscription}/utilizations/azure"
    return f"{path}?start_time={start}&end_time={end}{more}"


def machines(items):
    return [i for i in items if i["resource"]["category"] == "Virtual Machines"]


def vm(record):
    return record["instanceData"]["additionalInfo"]["VMName"]


DAY = ("2026-11-14T00:00:00Z", "2026-11-15T00:00:00Z")


def test_an_hourly_day_holds_each_hour_that_each_vm_ran(caller):
    hours = Counter(map(vm, machines(caller.get(where(*DAY))["items"])))
    assert hours == {"vm-a1": 24, "vm-a2": 24, "vm-w1": 10}


def test_a_daily_record_sums_the_hours_of_the_day(caller):
    items = machines(caller.get(where(*DAY, more=""))["items"])
    assert {vm(i): i["quantity"] for i in items} == {"vm-a1": 24.0, "vm-a2": 24.0, "vm-w1": 10.0}
    assert items[0]["usageStartTime"] == "2026-11-14T00:00:00+00:00"
    assert items[0]["usageEndTime"] == "2026-11-15T00:00:00+00:00"


def test_a_record_has_the_documented_shape(caller):
    record = caller.get(where(*DAY))["items"][1]
    assert record == {
        "usageStartTime": "2026-11-14T00:00:00+00:00",
        "usageEndTime": "2026-11-14T01:00:00+00:00",
        "resource": {
            "id": "11111111-0000-4000-8000-000000000002",
            "name": "D4s v5",
            "category": "Virtual Machines",
            "subcategory": "Dsv5 Series",
            "region": "PL Central",
        },
        "quantity": 1.0,
        "unit": "1 Hour",
        "infoFields": {},
        "instanceData": {
            "resourceUri": "/subscriptions/aaaaaaaa-2222-4000-8000-000000000001/resourceGroups/rg-a/providers"
            "/Microsoft.Compute/virtualMachines/vm-a2",
            "location": "polandcentral",
            "partNumber": "",
            "orderNumber": "",
            "tags": {},
            "additionalInfo": {
                "ImageType": "Canonical",
                "ServiceType": "Standard_D4s_v5",
                "VMName": "vm-a2",
                "UsageType": "ComputeHR",
            },
        },
        "attributes": {"objectType": "AzureUtilizationRecord"},
    }


def test_a_windows_hour_is_one_record_on_a_windows_meter(caller):
    records = [i for i in machines(caller.get(where(*DAY))["items"]) if vm(i) == "vm-w1"]
    assert {r["resource"]["subcategory"] for r in records} == {"Dsv5 Series Windows"}
    assert records[0]["resource"]["id"] != "11111111-0000-4000-8000-000000000001"


def test_other_things_than_vms_are_in_the_list_too(caller):
    disks = [i for i in caller.get(where(*DAY))["items"] if i["resource"]["category"] == "Storage"]
    assert len(disks) == 1
    assert "additionalInfo" not in disks[0]["instanceData"]


def test_a_size_that_no_table_knows_is_billed_too(caller):
    items = machines(caller.get(where(*DAY, subscription=ADA_TWO))["items"])
    assert {i["instanceData"]["additionalInfo"]["ServiceType"] for i in items} == {
        "Standard_D2s_v5",
        "Standard_X1_v9",
    }


def test_the_window_selects_by_reporting_time(caller):
    items = machines(caller.get(where("2026-11-14T05:30:00Z", "2026-11-14T07:30:00Z"))["items"])
    assert {i["usageStartTime"][11:13] for i in items} == {"05", "06"}


def test_windows_that_touch_share_no_record_and_lose_none(caller):
    whole = caller.get(where(*DAY))["items"]
    first = caller.get(where(DAY[0], "2026-11-14T10:00:00Z"))["items"]
    second = caller.get(where("2026-11-14T10:00:00Z", DAY[1]))["items"]
    assert first + second == whole


def test_an_offset_is_read(caller):
    west = caller.get(where("2026-11-13T16:00:00-08:00", "2026-11-14T16:00:00-08:00"))
    assert west["items"] == caller.get(where(*DAY))["items"]


def test_pages_hold_1000_records_and_the_token_only_in_the_link(caller):
    pages = caller.pages(
        where("2026-09-01T00:00:00Z", "2026-11-16T00:00:00Z", more="&granularity=Hourly&size=5000")
    )
    assert {len(page) for page in pages[:-1]} == {1000}
    days = 76
    assert sum(map(len, pages)) == days * (24 + 24 + 10 + 1)
    starts = [i["usageStartTime"] for page in pages for i in page]
    assert starts == sorted(starts)
    assert "continuationToken" not in caller.get(where(*DAY, more="&size=1"))


def test_a_token_of_another_window_is_400(caller):
    link = caller.get(where(*DAY, more="&granularity=hourly&size=10"))["links"]["next"]
    headers = {h["key"]: h["value"] for h in link["headers"]}
    other = where("2026-11-13T00:00:00Z", DAY[1], more="&granularity=hourly&size=10")
    assert caller.error("GET", other, headers=headers) == (400, 2000)
    assert caller.error("GET", "/v1/customers", headers=headers) == (400, 2000)


def test_what_has_not_happened_is_204_with_a_time_to_wait(caller):
    path = where("2026-11-15T00:00:00Z", "2026-11-16T01:00:00Z")
    answer = caller.call("GET", path)
    assert (answer.status_code, answer.data, answer.headers["Retry-After"]) == (204, b"", "2")
    caller.advance(60)
    assert machines(caller.get(path)["items"])[-1]["usageStartTime"] == "2026-11-16T00:00:00+00:00"


def test_hours_that_pass_make_records(caller):
    caller.advance(24 * 60)
    items = caller.get(where("2026-11-16T00:00:00Z", "2026-11-17T00:00:00Z"))["items"]
    assert Counter(map(vm, machines(items)))["vm-a1"] == 24


def test_nothing_is_known_before_july(caller):
    assert caller.get(where("2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z"))["items"] == []


def test_without_details_the_machines_of_a_meter_are_one_record(caller):
    items = machines(caller.get(where(*DAY, more="&show_details=False"))["items"])
    assert all("instanceData" not in i for i in items)
    assert {i["resource"]["name"] + i["resource"]["subcategory"]: i["quantity"] for i in items} == {
        "D2s v5Dsv5 Series": 24.0,
        "D4s v5Dsv5 Series": 24.0,
        "D2s v5Dsv5 Series Windows": 10.0,
    }


def test_a_plan_has_no_utilization_records(caller):
    path = where(*DAY, customer=BOB, subscription=BOB_PLAN)
    assert caller.error("GET", path) == (400, 900127)


@pytest.mark.parametrize(
    ("start", "end", "more"),
    [
        ("", DAY[1], ""),
        ("2026-11-14", DAY[1], ""),
        ("yesterday", DAY[1], ""),
        ("0001-01-01T00:00:00%2B14:00", DAY[1].replace("Z", "%2B00:00"), ""),
        ("2026-11-14T00:00:00+00:00", DAY[1], ""),
        (DAY[1], DAY[0], ""),
        (*DAY, "&granularity=weekly"),
        (*DAY, "&size=ten"),
    ],
)
def test_a_bad_query_is_400(caller, start, end, more):
    """One case is a plus sign that was not encoded arrives as a space."""
    assert caller.error("GET", where(start, end, more=more)) == (400, 2001)
