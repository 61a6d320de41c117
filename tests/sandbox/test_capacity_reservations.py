"""Reservations as Azure lists and shows them (azure-reservation-apis 2.2, 2.3, 2.7)."""

import pytest
from azure_caller import CAPACITY, buy, get, refused, wish
from tiny_world import BOB, BOB_AZURE_ONE, BOB_AZURE_TWO

from bespeak.sandbox.reservation_records import Scope

ALL = f"{CAPACITY}/reservations"
DAY = 24 * 60
SINGLE = {"appliedScopeType": "Single", "appliedScopes": [f"/subscriptions/{BOB_AZURE_ONE}"]}


def path_of(caller, order):
    return get(caller, f"{CAPACITY}/reservationOrders/{order}")["properties"]["reservations"][0]["id"]


def properties(caller, order, query="", **more):
    return get(caller, path_of(caller, order) + query, **more)["properties"]


def held(world, order):
    return world.book.below(world.book.order(order))[0]


def test_a_reservation_has_all_that_the_description_lists(caller):
    order = buy(caller, wish(billingPlan="Monthly", renew=False))
    caller.advance(2 * DAY)
    body = get(caller, path_of(caller, order))
    assert (body["type"], body["kind"]) == (
        "microsoft.capacity/reservationOrders/reservations",
        "Microsoft.Compute",
    )
    assert body["name"] == path_of(caller, order).rpartition("/")[2]
    assert (body["location"], body["sku"], body["etag"]) == ("polandcentral", {"name": "Standard_D2s_v5"}, 9)
    shown = dict(body["properties"])
    aggregates = shown.pop("utilization")
    assert [one["grain"] for one in aggregates["aggregates"]] == [1.0, 7.0, 30.0]
    assert shown == {
        "reservedResourceType": "VirtualMachines",
        "instanceFlexibility": "On",
        "displayName": "web-tier",
        "quantity": 2,
        "term": "P1Y",
        "billingPlan": "Monthly",
        "billingScopeId": f"/subscriptions/{BOB_AZURE_ONE}",
        "provisioningState": "Succeeded",
        "displayProvisioningState": "Succeeded",
        "provisioningSubState": "Succeeded",
        "appliedScopeType": "Shared",
        "userFriendlyAppliedScopeType": "Shared",
        "renew": False,
        "archived": False,
        "userFriendlyRenewState": "Off",
        "skuDescription": "Reserved VM Instance, Standard_D2s_v5, PL Central, 1 Year",
        "capabilities": "ApiReturnEnabled, ApiExchangeEnabled",
        "purchaseDate": "2026-11-16",
        "purchaseDateTime": "2026-11-16T00:00:00.0000000Z",
        "benefitStartTime": "2026-11-16T00:05:48.1134560Z",
        "effectiveDateTime": "2026-11-16T00:05:49.2034560Z",
        "lastUpdatedDateTime": "2026-11-16T00:05:49.2034560Z",
        "expiryDateTime": "2027-11-16T00:05:48.1134560Z",
        "expiryDate": "2027-11-16",
    }
    assert get(caller, f"{CAPACITY}/reservationOrders/{order}/reservations") == {"value": [body]}


def test_a_single_scope_reads_back_as_an_object_and_without_the_list(caller):
    shown = properties(caller, buy(caller, wish(**SINGLE)))
    assert (shown["appliedScopeType"], shown["userFriendlyAppliedScopeType"]) == ("Single", "Single")
    path = f"/subscriptions/{BOB_AZURE_ONE}"
    assert shown["appliedScopeProperties"] == {"subscriptionId": path, "displayName": "Bob one"}
    assert "appliedScopes" not in shown


def test_a_resource_group_is_a_single_scope(caller):
    path = f"/subscriptions/{BOB_AZURE_TWO}/resourceGroups/rg-q"
    body = wish(appliedScopeType="Single", appliedScopeProperties={"resourceGroupId": path})
    shown = properties(caller, buy(caller, body))
    assert (shown["appliedScopeType"], shown["userFriendlyAppliedScopeType"]) == ("Single", "ResourceGroup")
    assert shown["appliedScopeProperties"]["resourceGroupId"] == path


def test_a_management_group_is_named_with_its_tenant(caller):
    body = wish(
        appliedScopeType="ManagementGroup",
        appliedScopeProperties={
            "tenantId": BOB,
            "managementGroupId": f"/providers/Microsoft.Management/managementGroups/{BOB}",
        },
    )
    shown = properties(caller, buy(caller, body))
    assert shown["appliedScopeType"] == "ManagementGroup"
    assert shown["appliedScopeProperties"]["tenantId"] == BOB


def test_an_older_version_has_two_ids_in_the_name_and_the_list_of_scopes(caller):
    order = buy(caller, wish(**SINGLE))
    body = get(caller, path_of(caller, order), version="2022-03-01")
    assert body["name"] == f"{order}/{path_of(caller, order).rpartition('/')[2]}"
    shown = body["properties"]
    assert shown["appliedScopes"] == [f"/subscriptions/{BOB_AZURE_ONE}"]
    assert not {"utilization", "expiryDateTime", "appliedScopeProperties"} & set(shown)
    assert shown["expiryDate"] == "2027-11-16"


def test_the_renewal_is_shown_on_request_only(caller):
    order = buy(caller, wish(renew=True))
    assert "renewProperties" not in properties(caller, order)
    shown = properties(caller, order, "?$expand=renewProperties")
    assert shown["userFriendlyRenewState"] == "On"
    again = shown["renewProperties"]["purchaseProperties"]
    assert (again["sku"], again["properties"]["quantity"]) == ({"name": "Standard_D2s_v5"}, 2)
    assert "billingCurrencyTotal" not in shown["renewProperties"]


def test_flexibility_is_off_for_a_size_without_a_group_and_on_request(caller):
    body = wish(**SINGLE, reservedResourceProperties={"instanceFlexibility": "Off"})
    assert properties(caller, buy(caller, body))["instanceFlexibility"] == "Off"


@pytest.mark.parametrize(
    ("days", "shown"), [(100, "Succeeded"), (334, "Succeeded"), (336, "Expiring"), (366, "Expired")]
)
def test_what_the_portal_shows_follows_the_dates(caller, days, shown):
    order = buy(caller)
    caller.advance(days * DAY)
    assert properties(caller, order)["displayProvisioningState"] == shown


def test_a_list_may_show_expiring_for_ever(caller, world):
    world.switches.stuck_expiring = True
    order = buy(caller)
    caller.advance(700 * DAY)
    shown = properties(caller, order)
    assert (shown["displayProvisioningState"], shown["userFriendlyRenewState"]) == ("Expiring", "NotRenewed")


def test_a_scope_that_is_not_the_customers_any_more_has_no_benefit(caller, world):
    order = buy(caller, wish(**SINGLE))
    one = held(world, order)
    one.applied[-1] = type(one.applied[-1])(one.starts, Scope("Single", "gone"), flexible=True)
    assert properties(caller, order)["displayProvisioningState"] == "NoBenefit"


def test_relatives_are_whole_ids_or_bare_ones(caller, world):
    orders = [buy(caller), buy(caller)]
    one, other = (held(world, order) for order in orders)
    one.split_into, one.merge_sources = [other.id], [other.id]
    one.split_source, one.merged_into, one.renewed_to = other.id, other.id, other.id
    whole = f"/providers/microsoft.capacity/reservationOrders/{orders[1]}/reservations/{other.id}"
    shown = properties(caller, orders[0])
    assert shown["splitProperties"] == {"splitDestinations": [other.id], "splitSource": whole}
    assert shown["mergeProperties"] == {"mergeDestination": whole, "mergeSources": [other.id]}
    assert shown["renewDestination"] == whole


def test_a_reservation_of_another_order_is_not_in_this_one(caller):
    one, other = buy(caller), buy(caller)
    path = path_of(caller, other).replace(other, one)
    assert refused(caller, "GET", path) == (404, "ReservationIdNotInReservationOrder")
    assert refused(caller, "GET", path[:-3]) == (400, "InvalidReservationId")


def test_all_reservations_are_filtered_sorted_and_counted(caller):
    for quantity in (3, 1, 2):
        buy(caller, wish(quantity=quantity), minutes=0)
    caller.advance(10)
    buy(caller, wish(quantity=9), minutes=1)

    def quantities(query):
        return [one["properties"]["quantity"] for one in get(caller, f"{ALL}?{query}")["value"]]

    assert quantities("") == [3, 1, 2, 9]
    assert quantities("$filter=properties/quantity eq 1 or properties/quantity eq 9") == [1, 9]
    both = "properties/reservedResourceType eq 'virtualmachines' and (properties/quantity eq 2)"
    assert quantities(f"$filter={both}") == [2]
    assert quantities("$orderby=properties/quantity desc") == [9, 3, 2, 1]
    assert quantities("$orderby=properties/quantity") == [1, 2, 3, 9]
    assert quantities("selectedState=Processing") == [9]
    body = get(caller, f"{ALL}?refreshSummary=true&selectedState=Cancelled")
    assert body["value"] == []
    assert (body["summary"]["succeededCount"], body["summary"]["processingCount"]) == (3.0, 1.0)
    assert len(body["summary"]) == 9
    assert "summary" not in get(caller, ALL)


def test_take_makes_pages_that_repeat_the_question(caller):
    for _ in range(5):
        buy(caller, minutes=0)
    first = get(caller, f"{ALL}?take=2&$orderby=properties/quantity")
    assert "%24orderby=properties%2Fquantity" in first["nextLink"]
    assert first["nextLink"].endswith("&%24skiptoken=2")
    names, link = [one["name"] for one in first["value"]], first["nextLink"]
    while link:
        body = get(caller, link.partition("/arm")[2], version=None)
        names += [one["name"] for one in body["value"]]
        link = body.get("nextLink")
    assert len(names) == len(set(names)) == 5


@pytest.mark.parametrize(
    "query",
    [
        "$filter=properties/quantity gt 1",
        "$filter=not properties/quantity eq 1",
        "$filter=properties/quantity eq",
        "$filter=properties/quantity eq 1 properties/quantity",
        "$filter=" + "(" * 40,
        "$orderby=properties/quantity upwards",
        "take=0",
        "take=many",
    ],
)
def test_a_question_that_cannot_be_read_is_refused(caller, query):
    assert refused(caller, "GET", f"{ALL}?{query}") == (400, "BadRequest")


def test_a_running_reservation_may_not_be_found_yet(caller, world):
    world.switches.running_reservation_shown = False
    order = buy(caller, minutes=1)
    path = path_of(caller, order)
    assert refused(caller, "GET", path) == (404, "ReservationIdNotInReservationOrder")
    caller.advance(10)
    assert get(caller, path)["properties"]["provisioningState"] == "Succeeded"


def test_d833_what_is_bought_after_the_end_of_exchanges_says_so(caller):
    caller.advance(77 * DAY)
    assert properties(caller, buy(caller))["capabilities"] == "ApiReturnEnabled"
