"""What a cart says that the plan does not, to the last word: each line error, each field, each date."""

from datetime import UTC, datetime, timedelta

import pytest

from bespeak.buying.cart import differences, has_expired, line_errors

NOW = datetime(2026, 12, 15, 12, tzinfo=UTC)
#: Number and name on the wire of each error (Cart resources, Partner Center, 2021-03), and what a person is told.
SAID = {
    (
        "10000",
        "currency_is_not_supported",
    ): "the currency is not supported; read the prices for the customer's market",
    ("10001", "catalog_item_id_is_not_valid"): "the offer has changed; make a new quote",
    ("10002", "quota_not_available"): "the quantity is not available; ask for fewer",
    ("10003", "inventory_not_available"): "Microsoft has no capacity for it; choose another region or size",
    ("10004", "participants_is_not_supported_for_partner"): "a reseller cannot be named here",
    ("10006", "unable_to_process_cart_line_item"): "the line could not be processed; try again later",
    ("10007", "subscription_is_not_valid"): "the subscription is not valid; choose another one",
    (
        "10008",
        "subscription_is_not_enabled_for_r_i",
    ): "the subscription is not enabled for reservations; register it",
    (
        "10009",
        "sandbox_limit_exceeded",
    ): "the limit of Microsoft's test tenant is reached; cancel a test purchase first",
    ("10010", "invalid_input"): "a field of the line is not valid",
    (
        "10011",
        "subscription_not_registered",
    ): "the subscription is not registered for reservations; register it",
    ("10012", "attestation_not_accepted"): "an attestation is missing",
    (
        "10013",
        "billing_plan_not_supported",
    ): "the billing frequency is not supported; choose another one",
    (
        "500600",
        "legacy_offer_not_eligible_for_purchase",
    ): "the offer can no longer be bought; choose a newer size",
}


def cart_of(plan, line=None, **changes):
    """The cart as the service would give the plan back, with changes."""
    expires = (NOW + timedelta(days=7)).isoformat()
    return {
        "status": "Active",
        "expirationTimestamp": expires,
        "lineItems": [{**plan.line, **(line or {})}],
        **changes,
    }


@pytest.mark.parametrize(("codes", "said"), SAID.items())
def test_each_error_of_a_line_is_told_by_number_and_by_name(codes, said):
    for code in (codes[0], int(codes[0]), codes[1], codes[1].upper(), f" {codes[1]} "):
        cart = {"lineItems": [{"error": {"errorCode": code, "errorDescription": "Words."}}]}
        assert line_errors(cart) == [f"Microsoft refuses the line: {said} (code {str(code).strip()})."]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ({"errorCode": 1, "errorDescription": "Strange"}, "Strange"),
        ({"errorDescription": "Strange"}, "Strange"),
        ({"errorCode": 1}, "no reason is given"),
        ({"errorCode": 1, "errorDescription": ""}, "no reason is given"),
        ("Strange", "Strange"),
    ],
)
def test_an_error_that_nobody_knows_is_told_in_its_own_words(error, said):
    assert line_errors({"lineItems": [{"error": error}]}) == [f"Microsoft refuses the line: {said}."]


@pytest.mark.parametrize("lines", [None, {}, "x", [], [1, "x"], [{}], [{"error": None}]])
def test_a_cart_without_an_error_says_none(lines):
    assert line_errors({"lineItems": lines}) == []


def test_a_cart_that_is_the_plan_says_nothing(make_plan):
    plan = make_plan()
    assert differences(plan, cart_of(plan), NOW) == []


@pytest.mark.parametrize("lines", [[], [1], None])
def test_the_lines_are_counted(make_plan, lines):
    plan = make_plan()
    assert differences(plan, cart_of(plan, lineItems=lines), NOW) == ["The cart has 0 lines; the plan has 1."]
    twice = cart_of(plan, lineItems=[plan.line, plan.line])
    assert differences(plan, twice, NOW) == ["The cart has 2 lines; the plan has 1."]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("catalogItemId", "other"),
        ("friendlyName", "other"),
        ("quantity", 5),
        ("quantity", True),
        ("quantity", "4"),
        ("quantity", None),
        ("currencyCode", "EUR"),
        ("billingCycle", "monthly"),
        ("termDuration", "P3Y"),
    ],
)
def test_each_field_is_compared(make_plan, name, value):
    plan = make_plan()
    assert differences(plan, cart_of(plan, {name: value}), NOW) == [
        f"The cart's {name} is {value!r}, the plan has {plan.line[name]!r}."
    ]


def test_the_number_of_the_line_says_nothing_of_the_purchase(make_plan):
    plan = make_plan()
    assert differences(plan, cart_of(plan, {"id": "7"}), NOW) == []


def test_the_provisioning_context_is_compared_without_case(make_plan):
    plan = make_plan()
    name, value = plan.provisioning[0]
    swapped = {key.upper(): text.swapcase() for key, text in plan.provisioning}
    assert differences(plan, cart_of(plan, {"provisioningContext": swapped}), NOW) == []
    changed = dict(plan.provisioning) | {name: "Other"}
    assert differences(plan, cart_of(plan, {"provisioningContext": changed}), NOW) == [
        f"The cart's {name} is 'other', the plan has '{value}'."
    ]
    for nothing in (None, [], "x"):
        missing = differences(plan, cart_of(plan, {"provisioningContext": nothing}), NOW)
        assert missing == [
            f"The cart's {key} is None, the plan has '{text}'." for key, text in plan.provisioning
        ]


@pytest.mark.parametrize("status", ["Expired", "Ordered", "", None])
def test_a_cart_that_is_not_active_is_told(make_plan, status):
    plan = make_plan()
    assert differences(plan, cart_of(plan, status=status), NOW) == [
        f"The cart's status is '{status}', not 'Active'."
    ]
    assert differences(plan, cart_of(plan, status="ACTIVE"), NOW) == []


def test_a_cart_that_has_expired_is_told_with_its_time(make_plan):
    plan = make_plan()
    told = differences(plan, cart_of(plan, expirationTimestamp="2026-12-15T12:00:00Z"), NOW)
    assert told == ["The cart expired at 2026-12-15T12:00:00Z; the quote is void."]


@pytest.mark.parametrize(
    ("told", "expired"),
    [
        ("2026-12-15T12:00:00Z", True),
        ("2026-12-15T12:00:00", True),
        ("2026-12-15T11:59:59", True),
        ("2026-12-15T12:00:01", False),
        ("2026-12-15T13:00:00+02:00", True),
        ("0001-01-01T00:00:00", False),
        ("9999-12-10T00:00:00Z", False),
        ("", False),
        ("soon", True),
    ],
)
def test_when_a_cart_has_expired(told, expired):
    assert has_expired({"expirationTimestamp": told}, NOW) is expired
    assert has_expired({}, NOW) is False
