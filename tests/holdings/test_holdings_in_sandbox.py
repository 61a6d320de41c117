"""What was bought in the sandbox is owned there, is used hour by hour, and its use can be read."""

import pytest

from bespeak.advice import recommend
from bespeak.buying import buy, find_offer, plan, quote, read_prices
from bespeak.connect import connect
from bespeak.customers import customer_details, customers, search
from bespeak.holdings import holdings, mean_utilisation, utilisation
from bespeak.usage import demand, read_usage


@pytest.fixture
def session(monkeypatch):
    monkeypatch.delenv("BESPEAK_SANDBOX", raising=False)
    return connect()


@pytest.fixture
def buy_for(session):
    """Buys machines for a customer by name; gives its details."""

    def buy_for(name, *, quantity=3, scope="shared", intent="intent-1"):
        details = customer_details(session, search(customers(session), name).iloc[0]["customer_id"])
        wanted = quote(
            details,
            read_prices(session, details),
            azure_subscription_id=details.azure_subscriptions.iloc[0]["azure_subscription_id"],
            size="Standard_D4s_v5",
            region="polandcentral",
            term="P1Y",
            quantity=quantity,
            scope=scope,
        )
        made = plan(wanted, find_offer(session, details, wanted), intent_id=intent)
        assert buy(session, made, made.phrase).state == "DONE"
        return details

    return buy_for


def test_a_new_order_is_pending_and_then_an_entitlement(session, buy_for):
    details = buy_for("Contoso")
    young = holdings(session, details)
    session.advance(minutes=15)
    listed = holdings(session, details)
    assert young[["source", "state", "reservation_order_id"]].values.tolist() == [["order", "Pending", ""]]
    assert listed[["source", "state"]].values.tolist() == [["entitlement", "Created"]]
    same = [
        "order_id",
        "name",
        "size",
        "region",
        "group",
        "ratio",
        "quantity",
        "term",
        "scope",
        "start",
        "expiry",
    ]
    assert young[same].equals(listed[same])


def test_a_legacy_single_scope_is_its_azure_subscription(session, buy_for):
    """D-446."""
    details = buy_for("Fabrikam", scope="single")
    expected = details.azure_subscriptions.iloc[0]["azure_subscription_id"]
    assert holdings(session, details)["scope"].tolist() == [expected]
    session.advance(minutes=15)
    assert holdings(session, details)["scope"].tolist() == [expected]


def test_x15_first_day_and_month_in_the_sandbox(session, buy_for):
    """X-15: quantity 3 bought at 13:00 UTC has 33 reserved hours on day one, then 72 a day, 2,121 in 30 days."""
    session.advance(hours=13)
    details = buy_for("Contoso")
    session.advance(days=29, hours=11)
    table = utilisation(session, holdings(session, details).iloc[0])
    assert table["reserved_hours"].tolist() == [33.0] + [72.0] * 29
    assert table["reserved_hours"].sum() == 2121
    assert table["utilisation"].between(0, 1).all()
    assert mean_utilisation(table) == table["used_hours"].sum() / 2121


def test_what_was_bought_is_no_longer_advised(session):
    """Holdings are taken out of demand before anything is advised, from the first minute on."""
    details = customer_details(session, search(customers(session), "Fabrikam").iloc[0]["customer_id"])
    needed, prices = demand(read_usage(session, details, days=30)), read_prices(session, details)
    on = session.now().date()

    def advised():
        found = recommend(needed, prices, holdings(session, details), on)
        return found.loc[(found["group"] == "Edsv5 Series") & (found["term"] == "P1Y")].iloc[0]

    first = advised()
    wanted = quote(
        details,
        prices,
        azure_subscription_id=details.azure_subscriptions.iloc[0]["azure_subscription_id"],
        size=first["size"],
        region=first["region"],
        term="P1Y",
        quantity=int(first["quantity"]),
    )
    made = plan(wanted, find_offer(session, details, wanted), intent_id="intent-1")
    assert buy(session, made, made.phrase).state == "DONE"
    young = advised()
    session.advance(minutes=15)
    assert first["quantity"] > 0
    assert [young["quantity"], advised()["quantity"]] == [0, 0]


def test_more_than_runs_is_not_all_used(session, buy_for):
    """D-402: use it or lose it."""
    details = buy_for("Contoso", quantity=500)
    session.advance(days=7)
    share = mean_utilisation(utilisation(session, holdings(session, details).iloc[0]))
    assert share is not None
    assert 0 < share < 0.2


def test_a_world_that_begins_anew_owns_nothing(session, buy_for):
    details = buy_for("Contoso")
    session.reset()
    assert holdings(session, details).empty
