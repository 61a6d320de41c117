"""The activity log: starts and stops of VMs, purchases (D-905), changes and role assignments."""

from datetime import timedelta
from urllib.parse import quote, urlsplit

import pytest
from azure_caller import get, refused
from test_azure_roles import ASSIGNMENTS, ONE, SUB, ask, code, wish
from test_rights import buy
from tiny_world import ADA_AZURE_ONE, ADA_AZURE_TWO, BOB_AZURE_ONE

LOG = "providers/Microsoft.Insights/eventtypes/management/values"
VERSION = "2015-04-01"
SINCE = "eventTimestamp ge '2026-11-13T00:00:00Z'"
OFFICE = f"{SUB}/resourceGroups/rg-a/providers/Microsoft.Compute/virtualMachines/vm-w1"


def events(caller, text=SINCE, sub=SUB):
    """All events of a filter, by the links."""
    page = get(caller, f"{sub}/{LOG}?$filter={quote(text)}", version=VERSION)
    found = list(page["value"])
    while page.get("nextLink"):
        link = urlsplit(page["nextLink"])
        page = get(caller, f"{link.path.removeprefix('/arm')}?{link.query}", version=None)
        found += page["value"]
    return found


def said(one):
    return one["operationName"]["value"], one["status"]["value"], one["eventTimestamp"]


def test_starts_and_stops_follow_the_demand(caller):
    """Office hours are 8 to 18 o'clock; the steady VMs do nothing."""
    found = events(caller, f"{SINCE} and eventTimestamp le '2026-11-14T00:00:00Z'")
    assert {one["resourceId"] for one in found} == {OFFICE}
    begun = [said(one)[::2] for one in reversed(found) if one["status"]["value"] == "Started"]
    assert begun == [
        ("Microsoft.Compute/virtualMachines/start/action", "2026-11-13T08:00:00.0000000Z"),
        ("Microsoft.Compute/virtualMachines/deallocate/action", "2026-11-13T18:00:00.0000000Z"),
    ]
    assert len(found) == 4
    by_operation = {one["correlationId"]: [] for one in found}
    for one in found:
        by_operation[one["correlationId"]].append(one["status"]["value"])
    assert list(by_operation.values()) == [["Succeeded", "Started"]] * 2
    assert (found[0]["resourceGroupName"], found[0]["resourceType"]["value"]) == (
        "rg-a",
        "Microsoft.Compute/virtualMachines",
    )


def test_events_are_the_same_each_time_and_newest_first(caller):
    first = events(caller)
    assert first == events(caller)
    assert [one["eventTimestamp"] for one in first] == sorted(
        (one["eventTimestamp"] for one in first), reverse=True
    )
    assert len({one["eventDataId"] for one in first}) == len(first)


def test_an_event_is_in_the_log_some_minutes_later(caller, world):
    caller.advance(8 * 60 + 3)
    newest = f"{SINCE} and resourceUri eq '{OFFICE}'"
    assert events(caller, newest)[0]["eventTimestamp"] < "2026-11-16"
    caller.advance(10)
    assert events(caller, newest)[0]["eventTimestamp"].startswith("2026-11-16T08:0")
    world.switches.activity_minutes = 60
    assert events(caller, newest)[0]["eventTimestamp"] < "2026-11-16"


def test_a_purchase_by_the_customer_is_in_the_log(caller, world):
    """D-905: nobody tells the partner, but it is here."""
    bought, order = buy(world, buyer="customer")
    caller.advance(30)
    found = events(caller, f"{SINCE} and resourceProvider eq 'Microsoft.Capacity'")
    assert [said(one)[:2] for one in found] == [
        ("Microsoft.Capacity/reservationOrders/write", "Succeeded"),
        ("Microsoft.Capacity/reservationOrders/write", "Started"),
    ]
    assert {one["caller"] for one in found} == {"customer-owner@ada.example.com"}
    assert {one["resourceId"] for one in found} == {order}
    assert bought.billing_subscription_id == ADA_AZURE_ONE
    assert (
        events(
            caller, f"{SINCE} and resourceProvider eq 'Microsoft.Capacity'", f"/subscriptions/{ADA_AZURE_TWO}"
        )
        == []
    )


def test_role_assignments_are_in_the_log(caller):
    path = f"{SUB}/{ASSIGNMENTS}/{ONE}"
    ask(caller, "customer-owner", "PUT", path, wish())
    ask(caller, "customer-owner", "DELETE", path)
    caller.advance(30)
    found = events(caller, f"{SINCE} and resourceProvider eq 'Microsoft.Authorization'")
    assert {one["operationName"]["value"].rpartition("/")[2] for one in found} == {"write", "delete"}
    assert {one["caller"] for one in found} == {"customer-owner@ada.example.com"}


def test_a_filter_narrows_by_group_resource_and_correlation(caller):
    everything = events(caller)
    assert events(caller, f"{SINCE} and resourceGroupName eq 'RG-A'") == everything
    assert events(caller, f"{SINCE} and resourceGroupName eq 'rg-b'") == []
    one = events(caller, f"{SINCE} and correlationId eq '{everything[0]['correlationId']}'")
    assert len(one) == 2
    assert (
        events(
            caller, f"{SINCE} and resourceUri eq '{OFFICE.upper()}' and eventChannels eq 'Admin, Operation'"
        )
        == everything
    )


def test_a_long_log_comes_in_pages(caller):
    since = f"{caller.world.now - timedelta(days=89):%Y-%m-%dT%H:%M:%SZ}"
    path = f"{SUB}/{LOG}?$filter={quote(f'''eventTimestamp ge '{since}' ''')}"
    page = get(caller, path, version=VERSION)
    assert len(page["value"]) == 200
    found = events(caller, f"eventTimestamp ge '{since}'")
    assert len(found) == 89 * 2 * 2 == len({one["eventDataId"] for one in found})
    link = urlsplit(page["nextLink"])
    other = link.query.replace("ge", "GE", 1)
    assert refused(caller, "GET", f"{SUB}/{LOG}?{other}", version=None) == (400, "InvalidSkipToken")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "must have a $filter"),
        ("resourceUri eq 'x'", "must have eventTimestamp ge"),
        ("eventTimestamp ge 'monday'", "no instant"),
        ("eventTimestamp ge '2026-08-01T00:00:00Z'", "more than 90 days"),
        (f"{SINCE} and eventTimestamp le '2026-11-01T00:00:00Z'", "before the start time"),
        (f"{SINCE} and {SINCE}", "one ge and one le"),
        (f"{SINCE} and level eq 'Error'", "'level eq' is not supported"),
        (f"{SINCE} and resourceUri ne 'x'", "'resourceUri ne' is not supported"),
        (f"{SINCE} and resourceUri eq 'x' and resourceGroupName eq 'y'", "one property only"),
        (f"{SINCE} and nonsense", "not understood"),
        (f"{SINCE} and eventChannels eq 'Other'", "no 'Other'"),
    ],
)
def test_a_wrong_filter_is_refused_and_says_why(caller, text, named):
    path = f"{SUB}/{LOG}?$filter={quote(text)}"
    assert refused(caller, "GET", path, version=VERSION) == (400, "BadRequest")
    answer = ask(caller, "admin-agent", "GET", path, version=VERSION)
    assert named in answer.get_json()["error"]["message"]


def test_the_log_of_the_tenant_needs_elevated_access(caller, world):
    _, order = buy(world)
    caller.advance(30)
    path = f"/{LOG}?$filter={quote(SINCE)}"
    for principal in ("admin-agent", "customer-owner", "global-admin"):
        assert code(ask(caller, principal, "GET", path, version=VERSION)) == (403, "AuthorizationFailed")
    ask(caller, "global-admin", "POST", "/providers/Microsoft.Authorization/elevateAccess")
    found = ask(caller, "global-admin", "GET", path, version=VERSION).get_json()["value"]
    assert {one["resourceId"] for one in found} == {order}
    assert refused(caller, "GET", path, version=VERSION) == (403, "AuthorizationFailed")


def test_another_tenants_log_cannot_be_read(caller):
    path = f"/subscriptions/{BOB_AZURE_ONE}/{LOG}?$filter={quote(SINCE)}"
    assert code(ask(caller, "admin-agent", "GET", path, version=VERSION)) == (404, "SubscriptionNotFound")
