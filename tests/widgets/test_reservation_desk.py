"""The whole way on one page, in the sandbox of this process: from a customer to an order, and what is advised then."""

import asyncio

import pytest
from hands import press

from bespeak import connect, phrase_parts
from bespeak.clients.partner_center import orders
from bespeak_widgets.panel import snapshot
from bespeak_widgets.reservation_desk import ReservationDesk


@pytest.fixture(scope="module")
def world():
    return connect()


@pytest.fixture
def session(world):
    """The sandbox as it is at its start."""
    world.reset()
    return world


@pytest.fixture
def desk(session, tmp_path):
    return ReservationDesk(session, folder=str(tmp_path))


def strip(desk):
    """The line that says where one is."""
    listed = snapshot(desk).splitlines()
    at = next(i for i, line in enumerate(listed) if line.strip().startswith("1 "))
    return " · ".join(line.strip() for line in listed[at : at + 3])


def buy(desk):
    """The chosen advice, bought as a person buys it."""
    desk.sizing._use.click()
    press(desk.form.check_button)
    desk.form.confirmation.phrase.set_state({"value": " ".join(phrase_parts(desk.form.plan).values())})
    press(desk.form.confirmation.button)


def advised(desk):
    """Group, term and quantity of each row of the advice."""
    table = desk.sizing.study.advice
    return {(r.scope, r.group, r.term): r.quantity for r in table.itertuples()}


def test_three_numbered_stretches_stand_on_one_page(desk):
    text = snapshot(desk)
    places = [text.index(title) for title in ("1 Find the customer", "2 See what its VMs use", "3 Buy it")]
    assert places == sorted(places)


def test_the_named_customer_is_handed_to_sizing_and_form(desk):
    assert desk.sizing.details is desk.lookup.details is desk.form.details
    assert strip(desk) == "1 Contoso · 2 nothing chosen yet · 3 not bought"


def test_no_customer_is_an_empty_desk(session):
    desk = ReservationDesk(session, customer="no such customer")
    assert strip(desk) == "1 no customer yet · 2 nothing chosen yet · 3 not bought"
    assert desk.form.details is None


def test_the_chosen_advice_is_handed_to_the_form(desk):
    desk.sizing._use.click()
    choice = desk.sizing.choice
    assert desk.form.fields.size.value == choice["size"]
    assert desk.form.fields.quantity.value == str(choice["quantity"])
    assert desk.form.fields.subscription.value == choice["azure_subscription_id"]
    assert f"· 2 {choice['quantity']} x {choice['size']} {choice['term']} ·" in strip(desk)


def test_the_same_advice_can_be_handed_on_once_more(desk):
    desk.sizing._use.click()
    desk.form.fields.quantity.value = "1"
    desk.sizing._use.click()
    assert desk.form.fields.quantity.value == str(desk.sizing.choice["quantity"])


def test_looking_at_another_row_leaves_what_was_handed_on(desk):
    desk.sizing._use.click()
    before = desk.form.fields.choice()
    desk.sizing._table.chosen = desk.sizing._table.content["rows"][-1]["key"]
    assert desk.sizing.choice == {}
    assert desk.form.fields.choice() == before


def test_another_customer_takes_choice_and_plan_along(desk):
    desk.sizing._use.click()
    desk.form.check()
    desk.lookup._find.text = "Fabrikam"
    desk.lookup._find.pick(desk.lookup._find.hits["rows"][0][0])
    assert desk.form.details.name == "Fabrikam"
    assert (desk.form.plan, desk.form.wanted) == (None, "")
    assert strip(desk) == "1 Fabrikam · 2 nothing chosen yet · 3 not bought"


def test_an_order_is_told_and_is_in_the_world(desk, session):
    desk.sizing._use.click()
    buy(desk)
    order = desk.form.outcome.order_id
    assert strip(desk).endswith(f"· 3 bought, order {order}")
    session.advance(minutes=20)
    listed = session.door.collect(orders.list_orders(desk.form.details.customer_id))
    assert [one["id"] for one in listed] == [order]


def test_what_was_bought_is_no_longer_advised(desk):
    before = advised(desk)
    buy(desk)
    bought = desk.form.choice
    key = (bought["scope"], bought["group"], bought["term"])
    assert before[key] == bought["quantity"] > 0
    assert advised(desk)[key] == 0


def test_after_a_purchase_the_usage_is_not_read_again(desk):
    before = desk.sizing.study
    buy(desk)
    assert desk.sizing.study is not before
    assert desk.sizing.study.reading is before.reading


def test_while_the_advice_is_worked_out_anew_the_old_one_stays_but_cannot_be_handed_on(session, tmp_path):
    async def told():
        desk = await ReservationDesk(session, folder=str(tmp_path)).idle()
        desk.sizing.refresh()
        shown = snapshot(desk.sizing)
        await desk.idle()
        return shown, snapshot(desk.sizing)

    during, after = asyncio.run(told())
    assert "Working the advice out anew" in during
    assert "Advice: choose a row to see why" in during
    assert "[ Use this ] (disabled)" in during
    assert "[ Use this ] (disabled)" not in after


def test_the_result_stays_while_the_advice_is_worked_out_anew(desk):
    buy(desk)
    assert f"Order: {desk.form.outcome.order_id}" in snapshot(desk)
    assert desk.form.details is desk.lookup.details


def test_a_refusal_changes_no_advice(desk, session):
    before = desk.sizing.study
    desk.sizing._use.click()
    session.set_fault("checkout", "refuse", status=400, code=800009)
    buy(desk)
    assert desk.sizing.study is before
    assert strip(desk).endswith("· 3 not bought: refused")


def test_an_open_purchase_of_an_earlier_kernel_is_told_before_a_customer_is_chosen(desk, session, tmp_path):
    session.set_fault("checkout", "lose_answer")
    buy(desk)
    told = snapshot(ReservationDesk(session, customer="no such customer", folder=str(tmp_path)))
    assert "Open purchases" in told
    assert "Contoso: UNKNOWN, " in told


def test_a_lost_answer_stands_in_the_strip(desk, session):
    session.set_fault("checkout", "lose_answer")
    buy(desk)
    assert strip(desk).endswith("· 3 UNKNOWN whether it is bought")


def test_running_cells_alone_buys_nothing(desk, session):
    """A11: everything a cell can press is pressed, and there is no order."""
    desk.sizing._use.click()
    desk.form.check()
    desk.form.confirmation.phrase.value = desk.form.plan.phrase
    desk.form.confirmation.button.click()
    session.advance(minutes=20)
    assert session.door.collect(orders.list_orders(desk.form.details.customer_id)) == []


def test_a_reset_asks_once_more(desk, session):
    buy(desk)
    instance = session.instance
    desk.reset.ask.click()
    assert "All purchases in this sandbox go" in snapshot(desk)
    assert session.instance == instance
    desk.reset.keep.click()
    assert "All purchases in this sandbox go" not in snapshot(desk)


def test_a_reset_starts_the_page_anew_with_the_same_customer(desk, session):
    buy(desk)
    instance = session.instance
    desk.reset.ask.click()
    press(desk.reset.confirm)
    assert session.instance != instance
    assert strip(desk).startswith("1 Contoso ·")
    assert strip(desk).endswith("· 3 not bought")
    assert "Order:" not in snapshot(desk)
    assert "started anew: nothing is bought, and it is 2026-11-16 00:00 UTC." in snapshot(desk)
    desk.reset.ask.click()
    assert "started anew: nothing" not in snapshot(desk)


def test_a_cell_cannot_confirm_a_reset(desk, session):
    instance = session.instance
    desk.reset.ask.click()
    desk.reset.confirm.click()
    session.now()
    assert session.instance == instance


def test_the_text_form_is_the_same_in_two_fresh_worlds(tmp_path):
    async def told():
        return snapshot(await ReservationDesk(connect(), folder=str(tmp_path)).idle())

    assert asyncio.run(told()) == asyncio.run(told())
