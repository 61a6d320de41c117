"""The purchase against the sandbox over its HTTP shapes: the whole way, its faults, and refusals."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bespeak.buying import (
    Choice,
    blockers,
    buy,
    dry_run,
    find_offer,
    look_again,
    plan,
    quote,
    read_prices,
)
from bespeak.buying.ledger import open_journal
from bespeak.clients.partner_center import orders
from bespeak.connect import connect
from bespeak.customers import customer_details, customers, preflight, search
from bespeak.errors import InputError, MissingError

CHECKOUT = "checkout"


@pytest.fixture(scope="module")
def shared_session():
    """One world for all tests of this file; each test starts it anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BESPEAK_SANDBOX", raising=False)
        return connect()


@pytest.fixture(scope="module")
def known(shared_session):
    """Details and prices of customers by name, read once."""
    listed, found = customers(shared_session), {}

    def of(name):
        if name not in found:
            details = customer_details(shared_session, search(listed, name).iloc[0]["customer_id"])
            found[name] = (details, read_prices(shared_session, details))
        return found[name]

    return of


@pytest.fixture
def session(shared_session):
    shared_session.reset()
    return shared_session


@pytest.fixture
def make(session, known):
    """A plan for three machines of a customer."""

    def make(name="Contoso", intent="intent-1", **changes):
        details, prices = known(name)
        wanted = {
            "azure_subscription_id": details.azure_subscriptions.iloc[0]["azure_subscription_id"],
            "size": "Standard_D4s_v5",
            "region": "polandcentral",
            "term": "P1Y",
            "quantity": 3,
        }
        made = quote(details, prices, **(wanted | changes))
        return plan(made, find_offer(session, details, made), intent_id=intent, friendly_name="web tier")

    return make


def listed(session, plan_):
    return session.door.collect(orders.list_orders(plan_.customer_id))


@pytest.mark.parametrize(
    ("name", "scope"), [("Contoso", "shared"), ("Fabrikam", "shared"), ("Fabrikam", "single")]
)
def test_the_whole_way(session, make, name, scope):
    """D-611 to D-616 for an Azure plan and for a legacy customer: by id at once, in the list after 15 minutes."""
    made = make(name, scope=scope)
    outcome = buy(session, made, made.phrase)
    assert outcome.state == "DONE"
    order = session.door.send(orders.get_order(made.customer_id, outcome.order_id, include_price=True))
    assert order["lineItems"][0]["friendlyName"] == made.friendly_name
    assert order["totalPrice"] == made.total.amount
    assert listed(session, made) == []
    session.advance(minutes=15)
    assert [one["id"] for one in listed(session, made)] == [outcome.order_id]
    assert look_again(session, "intent-1").reservation
    assert open_journal(session).intent("intent-1").state == "RECONCILED"


@pytest.mark.parametrize("term", ["P1Y", "P3Y"])
def test_the_price_on_the_order_is_the_quoted_one(session, make, term):
    made = make(term=term, quantity=7)
    outcome = buy(session, made, made.phrase)
    order = session.door.send(orders.get_order(made.customer_id, outcome.order_id, include_price=True))
    assert order["totalPrice"] == made.unit.amount * 7 == made.total.amount


def test_a_lost_answer_is_found_again(session, make):
    """F-01."""
    made = make()
    session.set_fault(CHECKOUT, "lose_answer")
    assert buy(session, made, made.phrase).state == "UNKNOWN"
    assert look_again(session, "intent-1").sentence.startswith("The cart has been ordered, so it is bought.")
    session.advance(minutes=20)
    outcome = look_again(session, "intent-1")
    assert outcome.state == "DONE"
    assert [one["id"] for one in listed(session, made)] == [outcome.order_id]


@pytest.mark.parametrize(
    ("kind", "status", "code", "state"),
    [
        ("lose_request", None, None, "UNKNOWN"),
        ("not_json", None, None, "UNKNOWN"),
        ("throttle", None, None, "UNKNOWN"),
        ("refuse", 500, 800003, "UNKNOWN"),
        ("refuse", 409, 800060, "UNKNOWN"),
        ("refuse", 409, 800064, "UNKNOWN"),
        ("refuse", 400, 800065, "UNKNOWN"),
        ("refuse", 403, 800023, "REJECTED"),
        ("refuse", 400, 800009, "REJECTED"),
    ],
)
def test_trouble_at_the_checkout_buys_nothing_and_says_so_in_the_end(
    session, make, kind, status, code, state
):
    """F-04 to F-07, F-25: nothing was done here, and nothing final is said before the list can be trusted."""
    made = make()
    session.set_fault(CHECKOUT, kind, status=status, code=code)
    assert buy(session, made, made.phrase).state == state
    assert look_again(session, "intent-1").state == state
    session.advance(minutes=20)
    assert look_again(session, "intent-1").state == "REJECTED"
    assert listed(session, made) == []


def test_two_threads_make_one_order(session, make):
    """F-12: two events within milliseconds."""
    made, outcomes, barrier = make(), [], threading.Barrier(2)
    session.set_fault(CHECKOUT, "slow", seconds=0.1)

    def click():
        barrier.wait()
        outcomes.append(buy(session, made, made.phrase))

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.advance(minutes=15)
    assert len(listed(session, made)) == 1
    assert len({outcome.order_id for outcome in outcomes}) == 1


def test_the_dry_run_leaves_no_trace(session, make):
    made = make()
    table = dry_run(session, made)
    session.advance(minutes=15)
    assert listed(session, made) == []
    assert open_journal(session).intents() == ()
    assert table["step"].tolist()[0] == "create the cart"


def test_a_customer_without_agreement_is_refused_at_the_checkout(session, make):
    """D-602: 13605. The blockers say it before; this is what happens when nobody listens."""
    made = make("Lamna Healthcare Albany")
    outcome = buy(session, made, made.phrase)
    assert outcome.state == "REJECTED"
    assert "has not accepted the Microsoft Customer Agreement (code 13605)" in outcome.sentence
    session.advance(minutes=15)
    assert listed(session, made) == []


def test_a_line_that_is_not_registered_is_refused_in_the_cart(session, make, monkeypatch):
    """7.4: the cart is made with 201 and its line carries the error."""
    monkeypatch.setattr("bespeak.buying.offer._check_registration", lambda *_: None)
    made = make("Litware")
    outcome = buy(session, made, made.phrase)
    assert outcome.state == "REJECTED"
    assert "register" in outcome.sentence


def test_litware_has_blockers_and_no_offer(session, known):
    """Not registered, and no agreement."""
    details, prices = known("Litware")
    on = session.now().date()
    azure = details.azure_subscriptions.iloc[0]["azure_subscription_id"]
    choice = Choice(azure, "Standard_D4s_v5", "polandcentral", "P1Y", "3")
    told = blockers(choice, details, preflight(details, on), prices, on)
    assert len(told) == 2
    wanted = quote(
        details,
        prices,
        azure_subscription_id=azure,
        size=choice.size,
        region=choice.region,
        term="P1Y",
        quantity=3,
    )
    with pytest.raises(InputError, match="not registered for reservations"):
        find_offer(session, details, wanted)


def test_a_closed_series_is_listed_and_not_on_sale(make):
    """D-520: for Tailspin's D2s_v3."""
    with pytest.raises(MissingError, match="not on sale at present"):
        make("Tailspin", size="Standard_D2s_v3")


def test_monthly_billing_is_not_offered(make):
    """D-506: the SKU's supportedBillingCycles decide."""
    with pytest.raises(InputError, match="cannot be paid every month"):
        make(billing="monthly")


def test_a_plan_from_before_a_reset_is_refused(session, make):
    """A plan belongs to one instance of one world."""
    made = make()
    session.reset()
    with pytest.raises(InputError, match=r"Nothing was sent\. Make a new quote here\."):
        buy(session, made, made.phrase)


def test_a_market_without_reservations_has_no_prices(known):
    """D-640: Mariehamn is on Åland."""
    with pytest.raises(MissingError, match="Reservations are not sold in AX"):
        known("A. Datum Corporation Mariehamn")


FAULTS = st.sampled_from(["", "lose_answer", "lose_request", "not_json", "throttle", "refuse"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("buy"), FAULTS, FAULTS),
        st.tuples(st.just("look")),
        st.tuples(st.just("wait"), st.sampled_from([1, 15, 20, 60 * 24 * 8])),
    ),
    min_size=1,
    max_size=5,
)


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_faults_in_any_order_never_give_two_orders(session, make, steps):
    """A1 to A8 against the sandbox itself."""
    session.reset()
    made = make()
    for step in [*steps, ("wait", 20), ("look",), ("look",)]:
        if step[0] == "wait":
            session.advance(minutes=step[1])
        elif step[0] == "buy":
            for match, kind in (("POST /partner_center/v1/customers", step[1]), (CHECKOUT, step[2])):
                if kind:
                    session.set_fault(match, kind, status=500, code=800003)
            buy(session, made, made.phrase)
        elif open_journal(session).intents():
            look_again(session, "intent-1")
    found = listed(session, made)
    told = [intent.state for intent in open_journal(session).intents()]
    assert len(found) <= 1
    assert told == (
        [] if not any(step[0] == "buy" for step in steps) else ["RECONCILED" if found else "REJECTED"]
    )
