"""A purchase whose end is not known, on the page: what is done, sending it once more, settling it by hand (A5)."""

import asyncio
from datetime import timedelta
from functools import cache

import pytest
from hands import press, type_into

from bespeak import connect, customer_details, customers, phrase_parts, read_prices
from bespeak.clients.partner_center import carts, orders
from bespeak_widgets.panel import snapshot
from bespeak_widgets.reservation_form import ReservationForm

ADVICE = {
    "scope": "shared",
    "size": "Standard_D2s_v5",
    "region": "polandcentral",
    "term": "P1Y",
    "quantity": 4,
}


@pytest.fixture(scope="module")
def world():
    return connect()


@pytest.fixture
def session(world):
    """The sandbox as it is at its start."""
    world.reset()
    return world


@cache
def details_of(session, name):
    table = customers(session)
    return customer_details(session, table[table["name"] == name]["customer_id"].iloc[0])


@cache
def prices_of(session):
    return read_prices(session, details_of(session, "Contoso"))


def form_of(session, customer="Contoso", **changes):
    return ReservationForm(
        session, details_of(session, customer), ADVICE | changes, prices=prices_of(session)
    )


def buy(form):
    form.check()
    type_into(form.confirmation.phrase, " ".join(phrase_parts(form.plan).values()))
    press(form.confirmation.button)


def unknown(session, kind="lose_answer", **changes):
    """A form whose purchase was sent and whose answer did not come."""
    form = form_of(session, **changes)
    session.set_fault("checkout", kind)
    buy(form)
    assert form.outcome.state == "UNKNOWN"
    return form


def manual(session):
    """A form with a purchase that only a person can settle: two orders could be it, and none has a name."""
    session.set_switch("friendly_name_returns", value=False)
    buy(form_of(session))
    form = unknown(session)
    session.advance(minutes=21)
    form.look_again()
    return form


def block_of(form):
    """The block of the last purchase."""
    return list(form.result.blocks.values())[-1]


def lines(form):
    return [line.strip() for line in snapshot(form).splitlines()]


def orders_of(session, form):
    session.advance(minutes=20)
    return [one["id"] for one in session.door.collect(orders.list_orders(form.details.customer_id))]


@pytest.fixture
def checkouts(monkeypatch):
    """The checkouts that are sent."""
    sent, check_out = [], carts.check_out
    monkeypatch.setattr(carts, "check_out", lambda *told: sent.append(told) or check_out(*told))
    return sent


# -- what is being done ---------------------------------------------------------------------------------------


def test_it_says_when_it_was_sent_how_long_it_waits_and_when_it_is_looked_at(session):
    told = lines(unknown(session))
    assert "Sent: at 2026-11-16 00:00:00 UTC, 1 of at most 2 times; no answer arrived" in told
    assert any(line.startswith("Waits: until 00:03:00 UTC Microsoft may still be at work") for line in told)
    assert any(
        line.startswith("Next look: after 00:03:05 UTC; the sandbox's clock stands still") for line in told
    )


def test_it_says_what_it_means_for_money_in_which_world_and_the_ids_for_support(session):
    told = lines(unknown(session))
    assert (
        "Money: USD 2,376.00 may be charged, and counts as spent: do not buy it again, in no window" in told
    )
    assert any(line.startswith("World: sandbox; the purchase is ") for line in told)
    assert any("request id " in line and "correlation id " in line for line in told)


def test_an_open_purchase_of_an_earlier_kernel_is_looked_at_when_the_form_starts(session):
    lost = unknown(session)
    session.advance(minutes=25)
    form = form_of(session)
    assert form.outcome.state == "DONE"
    assert form.outcome.order_id in orders_of(session, lost)
    assert not form.check_button.disabled


def test_looking_at_open_purchases_writes_nothing_to_partner_center(session, monkeypatch):
    unknown(session)
    sent, send = [], type(session.door).send
    monkeypatch.setattr(
        type(session.door), "send", lambda door, call: sent.append(call.is_safe) or send(door, call)
    )
    form_of(session)
    assert sent
    assert all(sent)


def test_an_open_purchase_for_another_customer_is_told_in_a_line(session):
    unknown(session)
    told = lines(form_of(session, "Fabrikam"))
    at = told.index("Open purchases for other customers")
    assert told[at + 1].startswith("Contoso: UNKNOWN, 4 x Standard_D2s_v5 in polandcentral, USD 2,376.00")


def test_looking_at_open_purchases_goes_on_beside_the_filling_of_the_form(session):
    unknown(session)

    async def run():
        form = form_of(session)
        begun = asyncio.Event()
        form.result._recovering.observe(lambda _: begun.set(), "busy")
        await begun.wait()
        during = snapshot(form)
        await form.idle()
        return during

    assert "... Looking at open purchases" in asyncio.run(run())


def test_where_the_clock_runs_it_is_looked_at_again_by_itself_when_that_can_tell_more(session, monkeypatch):
    form = unknown(session)
    waits = []

    async def run():
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(loop, "call_later", lambda seconds, _: waits.append(seconds))
        monkeypatch.setattr(type(session), "world", "integration")
        form.result._plan_next_look()

    asyncio.run(run())
    assert waits == [timedelta(minutes=3, seconds=5).total_seconds()]


def test_in_the_sandbox_nothing_waits_for_a_clock_that_stands_still(session, monkeypatch):
    form = unknown(session)

    async def run():
        monkeypatch.setattr(asyncio.get_running_loop(), "call_later", lambda *_: pytest.fail("waited"))
        form.result._plan_next_look()

    asyncio.run(run())


# -- sending it once more -------------------------------------------------------------------------------------


def test_sending_once_more_is_not_offered_while_the_first_request_may_be_at_work(session):
    assert "[ Send once more ]" not in snapshot(unknown(session, "lose_request"))


def test_it_is_offered_after_the_grace_time_when_the_cart_is_still_active(session):
    form = unknown(session, "lose_request")
    session.advance(minutes=4)
    form.look_again()
    told = snapshot(form)
    assert "[ Send once more ] (disabled)" in told
    assert "a third time it is never sent" in told


def test_it_is_not_offered_when_the_cart_was_ordered(session):
    form = unknown(session)
    session.advance(minutes=4)
    form.look_again()
    assert form.outcome.state == "UNKNOWN"
    assert "[ Send once more ]" not in snapshot(form)


def once_more(session):
    form = unknown(session, "lose_request")
    session.advance(minutes=4)
    form.look_again()
    return form, block_of(form).once_more.typed


def test_the_phrase_typed_again_sends_the_same_cart_once(session, checkouts):
    form, typed = once_more(session)
    first = list(checkouts)
    type_into(typed.phrase, form.result.blocks[form.outcome.intent_id].seen.purchase.plan.phrase)
    press(typed.button)
    assert form.outcome.state == "DONE"
    assert checkouts == first * 2
    assert orders_of(session, form) == [form.outcome.order_id]


def test_without_the_phrase_nothing_is_sent_once_more(session, checkouts):
    _, typed = once_more(session)
    typed.button.disabled = False
    press(typed.button)
    assert len(checkouts) == 1


def test_a_phrase_of_a_program_sends_nothing_once_more(session, checkouts):
    form, typed = once_more(session)
    typed.phrase.value = block_of(form).seen.purchase.plan.phrase
    typed.button.click()
    press(typed.button)
    assert typed.phrase.value == ""
    assert len(checkouts) == 1


def test_fifty_presses_send_it_once_more_once(session, checkouts):
    form, typed = once_more(session)

    async def burst():
        type_into(typed.phrase, block_of(form).seen.purchase.plan.phrase)
        for _ in range(50):
            typed.button.disabled = False
            press(typed.button)
        await form.idle()

    asyncio.run(burst())
    assert len(checkouts) == 2
    assert len(orders_of(session, form)) == 1


def test_after_the_second_time_it_is_not_offered_again(session):
    form, typed = once_more(session)
    session.set_fault("checkout", "lose_request")
    type_into(typed.phrase, block_of(form).seen.purchase.plan.phrase)
    press(typed.button)
    assert form.outcome.state == "UNKNOWN"
    session.advance(minutes=4)
    form.look_again()
    assert "[ Send once more ]" not in snapshot(form)
    assert any(line.startswith("Sent: ") and "2 of at most 2 times" in line for line in lines(form))


# -- settling it by hand --------------------------------------------------------------------------------------


def test_a_manual_check_stands_as_numbered_steps(session):
    form = manual(session)
    told = lines(form)
    assert "MANUAL CHECK: a person must look; do not buy it again" in told
    steps = block_of(form).seen.purchase.outcome.steps
    assert len(steps) > 3
    assert set(steps) <= set(told)
    assert "<ol" in block_of(form)._shown.value


def test_settling_is_not_offered_while_looking_again_can_tell_more(session):
    assert "[ Write it down ]" not in snapshot(unknown(session))


def test_what_was_found_needs_an_order_number_and_a_reason(session):
    settling = block_of(manual(session)).settling
    settling.found.value = "order"
    assert settling.button.disabled
    settling.order_id.value, settling.reason.value = "abcdef012345", "order history"
    assert not settling.button.disabled


def test_the_order_that_a_person_found_is_written_down(session):
    form = manual(session)
    settling = block_of(form).settling
    mine = [one for one in orders_of(session, form) if one not in _known(form)]
    settling.found.value, settling.order_id.value = "order", mine[0]
    settling.reason.value = "seen in the order history"
    press(settling.button)
    assert (form.outcome.state, form.outcome.order_id) == ("DONE", mine[0])
    assert "[ Write it down ]" not in snapshot(form)


def _known(form):
    """The orders of purchases that are done."""
    return {block.seen.purchase.outcome.order_id for block in form.result.blocks.values()}


def test_an_order_that_does_not_exist_is_refused_in_words_and_nothing_is_lost(session):
    form = manual(session)
    settling = block_of(form).settling
    settling.found.value, settling.order_id.value, settling.reason.value = "order", "000000000000", "guessed"
    press(settling.button)
    assert form.outcome.state == "UNKNOWN"
    assert any(line.startswith("! ") and "Nothing was written down" in line for line in lines(form))
    assert settling.order_id.value == "000000000000"


def test_a_cell_cannot_settle_a_purchase(session):
    form = manual(session)
    settling = block_of(form).settling
    settling.found.value, settling.reason.value = "nothing", "a program says so"
    settling.button.click()
    assert form.outcome.state == "UNKNOWN"
