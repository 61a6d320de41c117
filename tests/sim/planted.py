"""Mistakes that a purchase client could have, planted one at a time: the simulator must see each of them.

    python3 -m toolkit bugs [RUNS FOR EACH]

A harness that cannot see them would prove nothing.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import simulator
from simulator import ViolationError, simulate

from bespeak.buying import (
    approval,
    ledger,
    limits,
    once_more,
    purchase,
    purchases,
    recovery,
    second_person,
    settling,
    verdict,
)
from bespeak.buying.outcome import Outcome
from bespeak.buying.request_ids import checkout_request_id
from bespeak.clients.partner_center import carts
from bespeak.errors import JournalError, ServiceError
from bespeak.journal import head, schema, store
from bespeak.journal.store import Journal

Patch = pytest.MonkeyPatch
_BUGS: dict[str, Callable[[Patch], None]] = {}


def bug(plant: Callable[[Patch], None]) -> Callable[[Patch], None]:
    """Registers a mistake under its name."""
    _BUGS[plant.__name__.replace("_", " ")] = plant
    return plant


def _resend(session: Any, plan: Any, cart_id: str) -> Any:
    call = carts.check_out(plan.customer_id, cart_id)
    return session.door.send(replace(call, request_id=checkout_request_id(plan)))


@bug
def a_new_cart_after_a_lost_answer(patch: Patch) -> None:
    sent = purchase.check_out

    def careless(session: Any, book: Any, plan: Any, sending: Any) -> Outcome:
        outcome = sent(session, book, plan, sending)
        if outcome.state == "UNKNOWN":
            fresh = session.door.send(carts.create_cart(plan.customer_id, [plan.line]))
            _resend(session, plan, str(fresh["id"]))
        return outcome

    patch.setattr(purchase, "check_out", careless)


@bug
def the_checkout_repeated_at_once(patch: Patch) -> None:
    sent = purchase.check_out

    def hasty(session: Any, book: Any, plan: Any, sending: Any) -> Outcome:
        outcome = sent(session, book, plan, sending)
        if outcome.state == "UNKNOWN":
            _resend(session, plan, str(sending.cart_id))
        return outcome

    patch.setattr(purchase, "check_out", hasty)


@bug
def no_look_before_the_second_sending(patch: Patch) -> None:
    patch.setattr(once_more, "check_sight", lambda _sight: None)
    patch.setattr(once_more, "look_at_cart", lambda *_: [])
    patch.setattr(once_more, "GRACE", timedelta(0))


@bug
def no_grace_before_the_second_sending(patch: Patch) -> None:
    patch.setattr(once_more, "GRACE", timedelta(0))


@bug
def sent_as_often_as_one_likes(patch: Patch) -> None:
    patch.setattr(once_more, "MOST_SENDINGS", 99)
    changed = Journal._changed

    def uncounted(self: Journal, connection: Any, new: Any, at: Any, what: Any) -> Any:
        return changed(self, connection, replace(new, sendings=min(new.sendings, 1)), at, what)

    patch.setattr(Journal, "_changed", uncounted)


@bug
def the_send_written_after_it_was_done(patch: Patch) -> None:
    def late(session: Any, book: Any, plan: Any) -> Outcome:
        result = _resend(session, plan, str(book.intent.cart_id))
        return purchase._ordered(session, book, plan, result, book.send(plan, session.home))

    patch.setattr(purchase, "_send", late)


@bug
def a_lost_answer_called_a_refusal(patch: Patch) -> None:
    patch.setattr(verdict, "of_error", lambda _error: "REJECTED")


@bug
def an_order_in_progress_called_a_refusal(patch: Patch) -> None:
    patch.setattr(verdict, "_DOUBTFUL_CODES", verdict._DOUBTFUL_CODES - {"800060"})
    patch.setattr(verdict, "_DOUBTFUL_STATUSES", verdict._DOUBTFUL_STATUSES - {409})


@bug
def a_submitted_cart_called_a_refusal(patch: Patch) -> None:
    patch.setattr(verdict, "_DOUBTFUL_CODES", verdict._DOUBTFUL_CODES - {"800065"})


@bug
def a_server_error_called_a_refusal(patch: Patch) -> None:
    patch.setattr(verdict, "_FIRST_SERVER_ERROR", 600)
    patch.setattr(verdict, "_DOUBTFUL_CODES", frozenset())


@bug
def a_throttled_checkout_called_a_refusal(patch: Patch) -> None:
    patch.setattr(verdict, "_DOUBTFUL_STATUSES", frozenset({401, 408, 409}))


@bug
def a_lapsed_token_called_a_refusal(patch: Patch) -> None:
    patch.setattr(verdict, "_DOUBTFUL_STATUSES", frozenset({408, 409, 429}))


@bug
def a_refusal_of_the_second_sending_believed(patch: Patch) -> None:
    send = ledger.Ledger.send

    def forgetting(self: ledger.Ledger, plan: Any, home: Path) -> Any:
        return replace(send(self, plan, home), sendings=1)

    patch.setattr(ledger.Ledger, "send", forgetting)
    patch.setattr(once_more, "check_sight", lambda _sight: None)
    patch.setattr(once_more, "look_at_cart", lambda *_: [])


@bug
def the_lag_of_the_list_forgotten(patch: Patch) -> None:
    patch.setattr(recovery, "LIST_LAG", timedelta(0))


@bug
def any_order_taken_for_our_own(patch: Patch) -> None:
    patch.setattr(recovery, "_is_tagged", lambda _plan, order: bool(order.get("id")))
    patch.setattr(recovery, "found_order", lambda sight: (*sight.tagged, "")[0])


@bug
def an_interrupt_while_sending_forgotten(patch: Patch) -> None:
    look = recovery.look_again

    def forgetful(session: Any, intent_id: str) -> Outcome:
        book = ledger.Ledger(ledger.open_journal(session), intent_id, session.now)
        if book.intent.state == "SENDING":
            return _forced(book, "REJECTED")
        return look(session, intent_id)

    _looked_at(patch, forgetful)


def _looked_at(patch: Patch, look: Any) -> None:
    """Another way to look again, wherever it is called."""
    for place in (simulator, purchases, settling):
        patch.setattr(place, "look_again", look)


def _forced(book: ledger.Ledger, to: Any) -> Outcome:
    return book.end(to, "Nothing was bought.")


@bug
def looking_sends_again(patch: Patch) -> None:
    see = recovery.see

    def eager(session: Any, plan: Any, cart_id: str, now: Any) -> Any:
        sight = see(session, plan, cart_id, now)
        if sight.cart == "active":
            _resend(session, plan, cart_id)
        return sight

    patch.setattr(recovery, "see", eager)


@bug
def no_look_for_rivals(patch: Patch) -> None:
    claim = Journal.claim

    def blind(self: Journal, intent_id: str, **more: Any) -> Any:
        return claim(self, intent_id, **{**more, "is_rival": lambda _other: False})

    patch.setattr(Journal, "claim", blind)


@bug
def rivals_looked_for_outside_the_transaction(patch: Patch) -> None:
    def apart(self: Journal, intent_id: str, *, at: Any, is_rival: Any, **_more: Any) -> Any:
        stale = [one for one in self.intents() if one.intent_id != intent_id and one.state == "UNKNOWN"]
        rival = next((one for one in stale if is_rival(one)), None)
        return rival or self.move(intent_id, "CART", at=at)

    patch.setattr(Journal, "claim", apart)


@bug
def a_second_call_begins_anew(patch: Patch) -> None:
    recorded = ledger.Ledger.recorded

    def anew(self: ledger.Ledger) -> Outcome:
        intent = self.intent
        if intent.cart_id and intent.state in ("ORDERED", "RECONCILED", "UNKNOWN"):
            door = _door_of(self)
            plan = purchase.PurchasePlan.from_json(intent.plan)
            fresh = door.send(carts.create_cart(plan.customer_id, [plan.line]))
            door.send(
                replace(carts.check_out(plan.customer_id, str(fresh["id"])), request_id=intent.request_id)
            )
        return recorded(self)

    patch.setattr(ledger.Ledger, "recorded", anew)


def _door_of(book: ledger.Ledger) -> Any:
    return book.world_time.__self__.door  # type: ignore[attr-defined]


@bug
def the_phrase_not_compared(patch: Patch) -> None:
    patch.setattr(purchase, "check_phrase", lambda _plan, _typed: None)


@bug
def the_cart_not_compared(patch: Patch) -> None:
    patch.setattr(purchase, "differences", lambda *_: [])


@bug
def the_price_not_compared(patch: Patch) -> None:
    patch.setattr(purchase, "check_price", lambda *_: None)


@bug
def the_limit_not_judged(patch: Patch) -> None:
    patch.setattr(limits.Limits, "check", lambda *_: None)


@bug
def what_is_unknown_not_counted_in_a_limit(patch: Patch) -> None:
    patch.setattr(limits, "_counts", lambda intent: intent.state in ("ORDERED", "RECONCILED"))


@bug
def the_limit_judged_before_the_transaction(patch: Patch) -> None:
    claim = ledger.Ledger.claim

    def early(self: ledger.Ledger, plan: Any, home: Path) -> bool:
        others = [one for one in self.journal.intents() if one.intent_id != self.intent_id]
        ledger.read_limits(home).check(plan, others, self.now())
        return claim(self, plan, home)

    def unjudged(self: ledger.Ledger, plan: Any, _home: Path) -> Any:
        request_id = checkout_request_id(plan)
        return self.journal.send(self.intent_id, at=self.now(), judge=lambda *_: None, request_id=request_id)

    patch.setattr(ledger.Ledger, "claim", early)
    patch.setattr(ledger.Ledger, "send", unjudged)


@bug
def an_unfinished_cart_sent_by_whoever_looks(patch: Patch) -> None:
    look = recovery.look_again

    def helpful(session: Any, intent_id: str) -> Outcome:
        book = ledger.Ledger(ledger.open_journal(session), intent_id, session.now)
        intent = book.intent
        if intent.state == "CART" and intent.cart_id:
            _resend(session, purchase.PurchasePlan.from_json(intent.plan), intent.cart_id)
        return look(session, intent_id)

    _looked_at(patch, helpful)


@bug
def an_order_forgotten_when_it_cannot_be_read_back(patch: Patch) -> None:
    bought = purchase._bought

    def strict(session: Any, book: Any, plan: Any, order_ids: tuple[str, ...], said: str) -> Outcome:
        try:
            session.door.send(purchase.carts.get_cart(plan.customer_id, str(book.intent.cart_id)))
            session.door.collect(recovery.orders.list_orders(plan.customer_id))
        except ServiceError:
            return _forced(book, "REJECTED")
        return bought(session, book, plan, order_ids, said)

    patch.setattr(purchase, "_bought", strict)


@bug
def the_order_of_another_purchase_written_down(patch: Patch) -> None:
    ordered = purchase._ordered

    def wrong(session: Any, book: Any, plan: Any, result: Any, sending: Any) -> Outcome:
        listed = session.door._orders([])["items"]
        told = {**result, "orders": listed or result["orders"]}
        return ordered(session, book, plan, told, sending)

    patch.setattr(purchase, "_ordered", wrong)


@bug
def a_journal_that_is_not_written(patch: Patch) -> None:
    def unwritten(self: Journal, intent_id: str, *, at: Any, judge: Any, **_more: Any) -> Any:
        del at, judge
        found = self.intent(intent_id)
        if found.state not in ("CART", "UNKNOWN"):
            raise JournalError("no")
        return replace(found, state="SENDING", sendings=1)

    patch.setattr(store.Journal, "send", unwritten)


@bug
def another_request_id_for_the_second_sending(patch: Patch) -> None:
    send = ledger.Ledger.send

    def renamed(self: ledger.Ledger, plan: Any, home: Path) -> Any:
        told = send(self, plan, home)
        return replace(told, request_id="anew") if told.sendings > 1 else told

    patch.setattr(ledger.Ledger, "send", renamed)


@bug
def one_request_id_for_all(patch: Patch) -> None:
    patch.setattr(purchase, "checkout_request_id", lambda _plan: "the same")


@bug
def the_second_person_not_asked(patch: Patch) -> None:
    patch.setattr(ledger, "check_approval", lambda *_: None)


@bug
def whoever_confirms_may_approve(patch: Patch) -> None:
    patch.setattr(approval, "is_same_person", lambda *_: False)
    patch.setattr(second_person, "is_same_person", lambda *_: False)


@bug
def an_approval_that_never_lapses(patch: Patch) -> None:
    patch.setattr(second_person, "has_lapsed", lambda *_: False)
    patch.setattr(purchase, "has_lapsed", lambda *_: False)


@bug
def the_approval_not_typed_in_full(patch: Patch) -> None:
    patch.setattr(approval, "approval_phrase", lambda _plan: "approve")


@bug
def the_head_kept_before_the_commit(patch: Patch) -> None:
    catch_up = schema._catch_up

    def ahead(connection: Any, path: Path) -> None:
        catch_up(connection, path)
        head.keep(path, head.Head(head.last(connection).number + 1, "not yet"))

    patch.setattr(schema, "_catch_up", ahead)


@bug
def the_head_kept_nowhere_else(patch: Patch) -> None:
    patch.setattr(head, "keep", lambda *_: None)


@bug
def a_locked_world_that_sends(patch: Patch) -> None:
    patch.setattr(purchase, "check_unlocked", lambda session: session.person)
    patch.setattr(once_more, "check_unlocked", lambda session: session.person)


@bug
def a_person_believed_unseen(patch: Patch) -> None:
    patch.setattr(settling, "look_again", lambda *_: Outcome("UNKNOWN", "", "", "", "", ("look",)))
    patch.setattr(settling, "_check_nothing", lambda *_: None)
    patch.setattr(settling, "_check_order", lambda *_: None)


@bug
def a_request_that_is_not_listed_called_a_refusal(patch: Patch) -> None:
    still = recovery._still_unknown

    def hasty(book: ledger.Ledger, sentence: str) -> Outcome:
        session, intent = book.world_time.__self__, book.intent  # type: ignore[attr-defined]
        plan = purchase.PurchasePlan.from_json(intent.plan)
        if recovery.gather(session, plan, intent, intent.created).request == "not listed":
            return _forced(book, "REJECTED")
        return still(book, sentence)

    patch.setattr(recovery, "_still_unknown", hasty)


BUGS = dict(_BUGS)


#: These are seen late when the search begins at 1; to save time it begins shortly before.
HARD_TO_SEE: dict[str, int] = {
    "no grace before the second sending": 700,
    "an approval that never lapses": 550,
    "rivals looked for outside the transaction": 900,
    "the order of another purchase written down": 700,
    "any order taken for our own": 300,
    "sent as often as one likes": 5750,
}


def caught(name: str, runs: int) -> tuple[str, int, str]:
    """The name of a planted mistake, after how many runs it was seen (0: never), and as what."""
    with pytest.MonkeyPatch.context() as patch:
        BUGS[name](patch)
        first = HARD_TO_SEE.get(name, 1)
        for seed in range(first, first + runs):
            try:
                simulate(seed)
            except ViolationError as violation:
                return name, seed - first + 1, str(violation).splitlines()[0]
    return name, 0, "not seen"


def main(arguments: list[str]) -> int:
    """Plants every mistake; the last line is the figure."""
    runs, began = int(arguments[0]) if arguments else 10_000, time.monotonic()
    with Pool(os.cpu_count()) as pool:
        found = pool.starmap(caught, [(name, runs) for name in BUGS], chunksize=1)
    for name, seed, how in sorted(found, key=lambda one: one[1]):
        print(f"{name}: run {seed}: {how}" if seed else f"NOT SEEN: {name}")
    seen = sum(seed > 0 for _, seed, _ in found)
    print(f"bugs: {seen} of {len(BUGS)} seen, at most {runs} runs each, {time.monotonic() - began:.0f} s")
    return int(seen < len(BUGS))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
