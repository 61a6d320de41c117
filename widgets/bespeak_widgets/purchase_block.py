"""One purchase as it stands: its outcome in words, and while its end is not known what is done and can be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses

from bespeak import FollowUp, Purchase, follow_up_facts, markup, outcome_facts
from bespeak_widgets.look import Shown
from bespeak_widgets.once_more import OnceMore
from bespeak_widgets.settle_by_hand import SettleByHand

_TITLES = {
    "DONE": "Bought",
    "REJECTED": "Not bought",
    "UNKNOWN": "UNKNOWN: do not buy it again",
    "MANUAL CHECK": "MANUAL CHECK: a person must look; do not buy it again",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A purchase as it was seen last: how well its reservation was used, what is being done while it is UNKNOWN."""

    purchase: Purchase
    use: str = ""
    follow: FollowUp | None = None


class PurchaseBlock(W.VBox):
    """The place of one purchase. ``send`` hears a second sending, ``settle`` what a person has found."""

    def __init__(
        self,
        seen: Seen,
        send: Callable[[Purchase, str], None],
        settle: Callable[[Purchase, str, str], None],
    ) -> None:
        self.seen = seen
        purchase = seen.purchase
        self._shown = Shown(live="alert")
        self.once_more = OnceMore(purchase, lambda typed: send(purchase, typed))
        self.settling = SettleByHand(lambda order, reason: settle(purchase, order, reason))
        super().__init__([self._shown, self.once_more, self.settling], layout=W.Layout(width="100%"))
        self.add_class(f"in-{purchase.plan.world}")
        self.put(seen)

    def put(self, seen: Seen, *, locked: bool = False) -> None:
        """Shows the purchase as it was seen now."""
        self.seen = seen
        self._shown.put(_section(seen))
        self.lock(locked=locked)

    def lock(self, *, locked: bool) -> None:
        """Lets nothing be pressed here, while something is under way or the world is locked."""
        outcome, follow = self.seen.purchase.outcome, self.seen.follow
        may_be_sent = follow is not None and not follow.not_once_more
        self.once_more.offer(may_be=may_be_sent and not outcome.needs_a_person, locked=locked)
        self.settling.offer(may_be=outcome.needs_a_person, locked=locked)


def _section(seen: Seen) -> markup.Markup:
    purchase, outcome = seen.purchase, seen.purchase.outcome
    plan = purchase.plan
    what = f"{plan.customer}: {plan.quantity} x {plan.size} in {plan.region}, {plan.term}, {plan.total}"
    parts = [markup.tag("h4", _TITLES[outcome.word]), markup.tag("p", what, class_="faint")]
    parts.append(markup.tag("p", outcome.sentence))
    if outcome.steps:
        steps = markup.tag("ol", *(markup.tag("li", step) for step in outcome.steps), class_="steps")
        parts += [markup.tag("h4", "What to do, in this order"), steps]
    parts.append(_facts(seen))
    return markup.tag("section", *parts, class_=f"outcome {outcome.state.lower()}")


def _facts(seen: Seen) -> markup.Markup:
    """While it is UNKNOWN what is being done, a line each; else what is known of the order."""
    if seen.follow is None:
        return markup.facts(outcome_facts(seen.purchase) | ({"Used so far": seen.use} if seen.use else {}))
    facts = follow_up_facts(seen.follow, seen.purchase, seen.purchase.plan.world)
    return markup.tag("div", markup.facts(facts), class_="in-lines")
