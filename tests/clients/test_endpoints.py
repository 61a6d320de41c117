"""Each endpoint: what goes out, what comes back, and what is said when it is refused or away."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import httpx
import pytest

from bespeak.clients import control
from bespeak.clients.azure import reservations
from bespeak.clients.partner_center import (
    carts,
    catalog,
    customers,
    entitlements,
    orders,
    prices,
    subscriptions,
    usage,
)
from bespeak.errors import AnswerLostError, InputError, RefusedError, UnreachableError, UnreadableError

CUSTOMER = "1f0c8e52-7b3d-4a86-9d11-5e2a7c40b9f3"
PLAN = "7d40c1aa-93be-4f1e-b5d2-1c86e0f4a925"
CART = "e97b2d30-46a1-4c55-9a7f-08d2f61b3c4e"
ORDER = "8c0f2b1e-5c42-4e83-9b0a-7e1f2c3d4a55"
RESERVATION = "0d6f1e7b-5c42-4e83-9b0a-7e1f2c3d4a55"
ARTIFACT = f"/customers/{CUSTOMER}/artifacts/reservedinstance/groups/1/lineitems/0/resource/{ORDER}"
START, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=timezone(timedelta(hours=1)))
V1, C1 = "/v1", f"/v1/customers/{CUSTOMER}"
CAPACITY = "/providers/Microsoft.Capacity/reservationOrders"
UTILIZATION_QUERY = (
    "start_time=2026-03-01T00%3A00%3A00Z&end_time=2026-03-01T23%3A00%3A00Z"
    "&granularity=Hourly&show_details=True&size=1000"
)
RATED_QUERY = "provider=onetime&invoicelineitemtype=usagelineitems&currencycode=USD&period=previous&size=2000"
SUMMARY_QUERY = (
    "api-version=2024-08-01&grain=daily"
    "&%24filter=properties%2FusageDate%20ge%202026-05-04%20AND%20properties%2FusageDate%20le%202026-05-10"
)

#: wire sample -> the call that reads it, and what goes out for it.
CASES = {
    "customers_page": (customers.list_customers(size=1), f"GET {V1}/customers?size=1"),
    "customer": (customers.get_customer(CUSTOMER), f"GET {C1}"),
    "agreements": (
        customers.agreements(CUSTOMER),
        f"GET {C1}/agreements?agreementType=MicrosoftCustomerAgreement",
    ),
    "direct_signing": (
        customers.direct_signing(CUSTOMER),
        f"GET {C1}/directSignedMicrosoftCustomerAgreementStatus",
    ),
    "subscriptions": (subscriptions.list_subscriptions(CUSTOMER), f"GET {C1}/subscriptions"),
    "azure_entitlements": (
        subscriptions.list_azure_entitlements(CUSTOMER, PLAN.upper()),
        f"GET {C1}/subscriptions/{PLAN}/azureEntitlements",
    ),
    "registration": (
        subscriptions.registration_status(CUSTOMER, PLAN),
        f"GET {C1}/subscriptions/{PLAN}/registrationstatus",
    ),
    "products": (
        catalog.products("gb", azure_plan=True),
        f"GET {V1}/products?country=GB&reservationScope=AzurePlan&targetView=AzureReservationsVM",
    ),
    "skus": (
        catalog.skus("DZH318Z0VMD5", "GB", azure_plan=False),
        f"GET {V1}/products/DZH318Z0VMD5/skus?country=GB",
    ),
    "sku": (
        catalog.get_sku("DZH318Z0VMD5", "00K7", "GB", azure_plan=True),
        f"GET {V1}/products/DZH318Z0VMD5/skus/00K7?country=GB&reservationScope=AzurePlan",
    ),
    "availabilities": (
        catalog.availabilities("DZH318Z0VMD5", "00K7", "GB", azure_plan=True),
        f"GET {V1}/products/DZH318Z0VMD5/skus/00K7/availabilities?country=GB&reservationScope=AzurePlan",
    ),
    "inventory": (
        catalog.check_inventory(
            "GB",
            [("DZH318Z0VMD5", "00K7")],
            customer_id=CUSTOMER,
            azure_subscription_id=PLAN,
            region="westeurope",
        ),
        f"POST {V1}/extensions/product/checkinventory?country=GB",
    ),
    "rate_card": (prices.rate_card(), f"GET {V1}/ratecards/azure?currency=USD&region=US"),
    "cart": (carts.get_cart(CUSTOMER, CART), f"GET {C1}/carts/{CART}"),
    "orders": (orders.list_orders(CUSTOMER, include_price=True), f"GET {C1}/orders?include_price=true"),
    "order": (orders.get_order(CUSTOMER, "4be1c09a77d2"), f"GET {C1}/orders/4be1c09a77d2"),
    "provisioning": (
        orders.provisioning_status(CUSTOMER, "4be1c09a77d2"),
        f"GET {C1}/orders/4be1c09a77d2/provisioningstatus",
    ),
    "entitlements": (
        entitlements.list_entitlements(CUSTOMER),
        f"GET {C1}/entitlements?entitlementType=reservedinstance&showExpiry=true",
    ),
    "artifact": (entitlements.artifact(CUSTOMER, {"link": {"uri": ARTIFACT}}), f"GET {V1}{ARTIFACT}"),
    "artifact_legacy": (
        entitlements.artifact(CUSTOMER, {"link": {"uri": V1 + ARTIFACT}}),
        f"GET {V1}{ARTIFACT}",
    ),
    "utilization_page": (
        usage.utilization(CUSTOMER, PLAN, START, END),
        f"GET {C1}/subscriptions/{PLAN}/utilizations/azure?{UTILIZATION_QUERY}",
    ),
    "rated_page": (
        usage.rated_usage("previous"),
        f"GET {V1}/invoices/unbilled/lineitems?{RATED_QUERY}",
    ),
    "reservation_order": (
        reservations.get_order(ORDER),
        f"GET {CAPACITY}/{ORDER}?api-version=2022-11-01",
    ),
    "reservation": (
        reservations.get_reservation(ORDER, RESERVATION),
        f"GET {CAPACITY}/{ORDER}/reservations/{RESERVATION}?api-version=2022-11-01",
    ),
    "daily_summaries": (
        reservations.daily_summaries(ORDER, date(2026, 5, 4), date(2026, 5, 10)),
        f"GET {CAPACITY}/{ORDER}/providers/Microsoft.Consumption/reservationSummaries?{SUMMARY_QUERY}",
    ),
    "world": (control.get_world(), "GET /world"),
}
READ = {
    "direct_signing": lambda told: told["isSigned"],
    "registration": lambda _told: "notregistered",
    "inventory": lambda told: told,
    "artifact": lambda told: told["reservations"],
    "artifact_legacy": lambda told: told["virtualMachineReservations"],
    "daily_summaries": lambda told: told["value"],
    "world": lambda _told: control.WorldState("sandbox-1", datetime(2026, 11, 16, tzinfo=UTC), 1),
}


@pytest.mark.parametrize("name", CASES)
def test_a_call_goes_out_as_documented_and_its_answer_is_read(server, answer, wire, name):
    call, line = CASES[name]
    told = wire(name)

    got = server.door(answer(told)).send(call)

    sent = server.requests[0]
    assert f"{sent.method} {sent.url.raw_path.decode()}" == line
    exact = json.loads(json.dumps(told), parse_float=Decimal)
    assert got == READ.get(name, lambda it: it.get("items", it))(exact)


WRITES = {
    "create": carts.create_cart(CUSTOMER, []),
    "replace": carts.replace_cart(CUSTOMER, {"id": CART, "lineItems": []}),
    "check out": carts.check_out(CUSTOMER, CART),
    "register": subscriptions.register(CUSTOMER, PLAN),
    "clock": control.advance_clock(5),
    "reset": control.reset_world(),
    "fault": control.set_fault("x", "refuse"),
}
CALLS = {name: call for name, (call, _line) in CASES.items()} | WRITES


@pytest.mark.parametrize("name", CALLS)
def test_a_refusal_names_the_call_and_the_code(server, answer, name):
    call = CALLS[name]

    with pytest.raises(RefusedError, match=f"'{call.name}'.*code 900150") as caught:
        server.door(answer({"code": 900150, "description": "No."}, 403)).send(call)

    assert caught.value.code == "900150"
    assert len(server.requests) == 1


@pytest.mark.parametrize("name", CALLS)
def test_without_network_every_call_says_so(server, name):
    with pytest.raises(UnreachableError):
        server.door(httpx.ConnectError("x")).send(CALLS[name])


@pytest.mark.parametrize("name", WRITES)
def test_a_write_is_never_taken_for_a_question(name):
    assert not WRITES[name].is_safe


@pytest.mark.parametrize("name", CASES)
def test_a_question_is_never_taken_for_a_write(name):
    assert CASES[name][0].is_safe


@pytest.mark.parametrize("name", [name for name in CASES if name != "rate_card"])
def test_an_object_that_is_something_else_is_refused(server, answer, name):
    with pytest.raises(UnreadableError):
        server.door(answer({"other": 1})).send(CASES[name][0])


def test_amounts_arrive_exact(server, answer, wire):
    order = server.door(answer(wire("order"))).send(orders.get_order(CUSTOMER, "4be1c09a77d2"))

    assert isinstance(order["totalPrice"], Decimal)


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        (
            {"name_starts": "Conté & Co"},
            '{"Field":"CompanyName","Value":"Conté & Co","Operator":"starts_with"}',
        ),
        ({"domain_starts": "cont"}, '{"Field":"Domain","Value":"cont","Operator":"starts_with"}'),
    ],
)
def test_customers_are_filtered_by_the_start_of_name_or_domain(server, answer, wish, told):
    server.door(answer({"items": []})).collect(customers.list_customers(size=5, **wish))

    assert server.requests[0].url.params["filter"] == told


def test_the_inventory_question_names_items_customer_and_region(server, answer):
    server.door(answer([])).send(CASES["inventory"][0])

    assert server.requests[0].read() == (
        b'{"TargetItems":[{"ProductId":"DZH318Z0VMD5","SkuId":"00K7"}],"InventoryContext":{"customerId":"'
        + CUSTOMER.encode()
        + b'","azureSubscriptionId":"'
        + PLAN.encode()
        + b'","armRegionName":"westeurope"}}'
    )


def test_a_replaced_cart_goes_to_its_own_id(server, answer, wire):
    cart = wire("cart")

    assert server.door(answer(cart)).send(carts.replace_cart(CUSTOMER, cart)) == cart
    assert server.requests[0].url.path == f"/v1/customers/{CUSTOMER}/carts/{cart['id']}"
    assert server.requests[0].method == "PUT"


def test_a_created_cart_that_cannot_be_read_leaves_the_outcome_unknown(server, answer):
    with pytest.raises(AnswerLostError):
        server.door(answer({"id": CART, "lineItems": 3}, 201)).send(carts.create_cart(CUSTOMER, []))


@pytest.mark.parametrize(
    "uri",
    [
        None,
        7,
        "",
        f"/customers/{PLAN}/artifacts/reservedinstance/x",
        f"/customers/{CUSTOMER}/orders/1",
        f"/customers/{CUSTOMER}/artifacts/../orders/1",
        f"/customers/{CUSTOMER}/artifacts/x?y=1",
    ],
)
def test_an_artifact_link_that_leads_elsewhere_is_not_followed(uri):
    with pytest.raises(UnreadableError):
        entitlements.artifact(CUSTOMER, {"link": {"uri": uri}})


def test_an_entitlement_without_a_link_is_said():
    with pytest.raises(UnreadableError, match="no link"):
        entitlements.artifact(CUSTOMER, {})


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(InputError, match="no time zone"):
        usage.utilization(CUSTOMER, PLAN, datetime(2026, 3, 1), END)  # noqa: DTZ001  # the point of the test


@pytest.mark.parametrize("told", [{"instance": "../x"}, {"seed": "1"}, {"date": "soon"}, {"date": None}])
def test_a_world_that_does_not_say_what_it_is_is_refused(server, answer, wire, told):
    with pytest.raises(UnreadableError):
        server.door(answer(wire("world") | told)).send(control.get_world())
