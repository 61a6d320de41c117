"""What came of purchases: done, rejected or unknown, in words, with what is being done and what to do next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses

from bespeak import (
    BespeakError,
    Outcome,
    Purchase,
    SandboxSession,
    Session,
    follow_up,
    look_again_at,
    markup,
    recover,
    send_once_more,
    settle,
    this_kernel,
    use_so_far,
)
from bespeak_widgets.look import Shown, hide, in_a_row, look_first, nothing_bought
from bespeak_widgets.purchase_block import PurchaseBlock, Seen
from bespeak_widgets.task import Steps, Task

#: How the clock of a sandbox is moved: what the button says, the hint of it, and by how much. After 20 minutes a new
#: order is listed and its reservation is there; after a week one sees how well it is used.
_LATER = (
    ("Let 20 minutes pass", "then looks again", {"minutes": 20}),
    ("Let a week pass", "then reads how well the reservation was used", {"days": 7}),
)


class OrderResult(W.VBox):
    """The purchases of a form, the newest first; 'Look again' reads the open ones and tells ``changed``.

    Of a reservation that is there it also tells how well it was used so far; a purchase that is UNKNOWN is looked at
    again by itself when that can tell more, in a world whose clock runs. In a sandbox, whose clock stands still,
    further buttons let the time pass that an order or its use needs to be seen.
    """

    def __init__(self, session: Session, changed: Callable[[list[Purchase]], None]) -> None:
        self._session, self._changed = session, changed
        self.blocks: dict[str, PurchaseBlock] = {}
        self._customer_id = ""
        self._timer: asyncio.TimerHandle | None = None
        self._recovering, self._task = (Task(nothing_bought(session.world)) for _ in range(2))
        self.acting = Task(look_first(session.world))
        self._elsewhere = Shown(live="status")
        self._list = W.VBox([], layout=W.Layout(width="100%"))
        self.again = W.Button(
            description="Look again", tooltip="Reads cart, order and reservation; buys nothing"
        )
        self.waits = [self._wait(*later) for later in _LATER] if isinstance(session, SandboxSession) else []
        self._row = in_a_row(self.again, *self.waits)
        super().__init__(
            [self._recovering, self._list, self._row, self._task, self.acting, self._elsewhere],
            layout=W.Layout(width="100%"),
        )
        self.add_class("order-result")
        self.again.on_click(self._task.guard(lambda _: self.look_again()))
        self.acting.observe(lambda _: self.lock(), "busy")
        self.put()

    def put(self, *seen: Seen) -> None:
        """Adds purchases, or puts them in the place of what was known of them before."""
        for one in seen:
            known = self.blocks.get(one.purchase.plan.intent_id)
            if known is None:
                block = PurchaseBlock(one, self._send_once_more, self._settle)
                self.blocks[one.purchase.plan.intent_id] = block
            else:
                known.put(replace(one, use=one.use or known.seen.use))
        self._list.children = tuple(reversed(self.blocks.values()))
        for part in (self._list, self._row):
            hide(part, when=not self.blocks)
        self.lock()
        self._plan_next_look()

    def clear(self) -> None:
        """Forgets what is shown; the journal keeps it."""
        self.blocks = {}
        for task in (self._task, self._recovering):
            task.stop()
        self._elsewhere.put("")
        self.put()

    def lock(self) -> None:
        """Lets nothing be sent or written down while something is, or while the world is locked."""
        locked = bool(self.acting.busy) or bool(self._session.locked)
        for block in self.blocks.values():
            block.lock(locked=locked)

    def recover(self, customer_id: str) -> None:
        """Looks again at the open purchases of this world, those of earlier kernels included; buys nothing."""
        session = self._session
        self._customer_id = customer_id

        def work(steps: Steps) -> list[Seen]:
            found = recover(session)
            steps(0, len(found))
            return [_followed(session, one, steps, number) for number, one in enumerate(found, start=1)]

        self._recovering.start("Looking at open purchases", work, self._recovered)

    def look_again(self) -> None:
        """Reads what became of the purchases, of the open ones where there are some; buys nothing."""
        session, purchases = self._session, [block.seen.purchase for block in self.blocks.values()]
        looked = [one for one in purchases if one.is_open] or purchases
        self._task.start(
            "Looking at the order", lambda _: [_look(session, one) for one in looked], self._looked
        )

    # -- what was seen ---------------------------------------------------------------------------------------

    def _looked(self, found: Iterable[Seen]) -> None:
        seen = list(found)
        self.put(*seen)
        self._changed([one.purchase for one in seen])

    def _recovered(self, found: list[Seen]) -> None:
        """Those of this customer stand here in full; of the others a person hears that they are open."""
        mine = [one for one in found if one.purchase.plan.customer_id == self._customer_id]
        others = [one.purchase for one in found if one.purchase.plan.customer_id != self._customer_id]
        if mine:
            self._looked(mine)
        lines = [_short(one) for one in others if one.outcome.state == "UNKNOWN"]
        heading = markup.tag(
            "h4", "Open purchases for other customers" if self._customer_id else "Open purchases"
        )
        self._elsewhere.put(markup.join(heading, markup.bullets(lines)) if lines else "")

    def _plan_next_look(self) -> None:
        """Looks again when that can tell more; the clock of a sandbox stands still, so there nothing is waited for."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        times = [block.seen.follow.next_look for block in self.blocks.values() if block.seen.follow]
        due = [time for time in times if time is not None]
        if not due or self._session.world == "sandbox":
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return  # a script has no page that stays open
        seconds = max((min(due) - self._session.now()).total_seconds(), 1.0)
        self._timer = loop.call_later(seconds, self._task.guard(self.look_again))

    # -- what a person does --------------------------------------------------------------------------------

    def _send_once_more(self, purchase: Purchase, typed: str) -> None:
        session, intent_id = self._session, purchase.plan.intent_id
        self._act(
            "Sending the same cart once more",
            purchase,
            lambda: send_once_more(session, intent_id, typed, holder=this_kernel()),
        )

    def _settle(self, purchase: Purchase, order_id: str, reason: str) -> None:
        session, intent_id = self._session, purchase.plan.intent_id
        self._act(
            "Comparing it with Partner Center",
            purchase,
            lambda: settle(session, intent_id, order_id=order_id, reason=reason),
        )

    def _act(self, words: str, purchase: Purchase, work: Callable[[], Outcome]) -> None:
        """Does it once, whatever is pressed meanwhile, and shows what became of the purchase."""
        session = self._session

        def seen(_: Steps) -> list[Seen]:
            return [seen_now(session, replace(purchase, outcome=work()))]

        self.acting.start(words, seen, self._looked, cancellable=False)

    def _wait(self, words: str, then: str, time: dict[str, int]) -> W.Button:
        """A button that moves the clock of the sandbox, and looks again."""
        button = W.Button(
            description=words, tooltip=f"Moves the clock of the sandbox, {then}", layout={"width": "190px"}
        )
        button.on_click(self._task.guard(lambda _: self._pass_time(time)))
        return button

    def _pass_time(self, time: dict[str, int]) -> None:
        session = self._session
        if isinstance(session, SandboxSession):
            self._task.start(
                "Moving the clock of the sandbox",
                lambda _: session.advance(**time),
                lambda _: self.look_again(),
                cancellable=False,
            )


def seen_now(session: Session, purchase: Purchase) -> Seen:
    """A purchase with what is being done about it while it is UNKNOWN; that this cannot be read hides nothing of it."""
    try:
        return Seen(purchase, follow=follow_up(session, purchase))
    except BespeakError:
        return Seen(purchase)


def _look(session: Session, purchase: Purchase) -> Seen:
    """What became of a purchase, and how well its reservation was used; no words while there is none."""
    found = look_again_at(session, purchase)
    reservation = found.outcome.reservation
    use = use_so_far(session, reservation) if reservation else ""
    return replace(seen_now(session, found), use=use)


def _followed(session: Session, purchase: Purchase, steps: Steps, number: int) -> Seen:
    steps(number)
    return seen_now(session, purchase)


def _short(one: Purchase) -> str:
    plan = one.plan
    return (
        f"{plan.customer}: {one.outcome.word}, {plan.quantity} x {plan.size} in {plan.region}, {plan.total}, "
        f"{one.at:%Y-%m-%d %H:%M} UTC. Choose the customer to see more."
    )
