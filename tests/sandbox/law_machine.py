"""The machine of laws: random requests to one small world, and after each of them the laws of that world.

``machine(world, door)`` gives the class of machines over a world. Each example is a life of the world from its start.
"""

from __future__ import annotations

from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from law_actions import AZURE, STEPS, Actions, pick
from law_door import Door

from bespeak.sandbox import World

FEW = st.integers(0, 7)
SOME = st.integers(0, 23)
QUANTITY = st.sampled_from([1, 2, 3, 4, 6, 1, 2, 25])


class Tally:
    """What all lives together did."""

    def __init__(self) -> None:
        self.steps = 0
        self.done: Counter[str] = Counter()


class Laws(RuleBasedStateMachine):
    """One life of the world ``world`` behind ``door``; ``tally`` counts what all lives did."""

    world: World
    door: Door
    tally: Tally

    def __init__(self) -> None:
        super().__init__()
        self.world.state.resets = -1
        self.world.reset()
        self.do = Actions(self.world, self.door)

    @rule(who=FEW, what=SOME, quantity=QUANTITY, spoil=SOME)
    def cart(self, who: int, what: int, quantity: int, spoil: int) -> None:
        self.do.cart(who, what, quantity, spoil)

    @rule(number=SOME)
    def check_out(self, number: int) -> None:
        self.do.check_out(-1 - number)

    @rule(who=FEW, number=FEW)
    def register(self, who: int, number: int) -> None:
        self.do.register(who, number)

    @rule(who=FEW, spoil=FEW)
    def agree(self, who: int, spoil: int) -> None:
        self.do.agree(who, spoil)

    @rule(who=FEW, spoil=FEW)
    def permit(self, who: int, spoil: int) -> None:
        self.do.permit(who, "Purchase" if spoil else "Sell")

    @rule(who=FEW, what=SOME, quantity=QUANTITY, twist=SOME)
    def quote(self, who: int, what: int, quantity: int, twist: int) -> None:
        self.do.quote(who, what, quantity, twist)

    @rule(number=SOME, twist=FEW)
    def buy(self, number: int, twist: int) -> None:
        self.do.buy(-1 - number // 6, twist)

    @rule(who=FEW, what=SOME, quantity=QUANTITY, twist=SOME)
    def purchase(self, who: int, what: int, quantity: int, twist: int) -> None:
        self.do.purchase(who, what, quantity, twist)

    @rule(who=FEW)
    def enrol(self, who: int) -> None:
        self.do.enrol(pick(pick(list(AZURE.values()), who), who))

    @rule(number=SOME, quantity=QUANTITY)
    def give_back(self, number: int, quantity: int) -> None:
        self.do.give_back(number, quantity)

    @rule(who=FEW, quantity=st.integers(10, 25))
    def spree(self, who: int, quantity: int) -> None:
        """Buys for more than may be returned in a year, and returns some of it."""
        self.do.purchase(who % 2, 4, 25, 2)
        self.do.give_back(-1, quantity)

    @rule(number=SOME, what=SOME, quantity=QUANTITY)
    def swap_now(self, number: int, what: int, quantity: int) -> None:
        self.do.swap_now(number, what, quantity)

    @rule(number=SOME, what=SOME)
    def patch(self, number: int, what: int) -> None:
        self.do.patch(number, what)

    @rule(number=SOME, share=FEW, wrong=FEW)
    def split(self, number: int, share: int, wrong: int) -> None:
        self.do.split(number, share, wrong)

    @rule(number=SOME, other=SOME)
    def merge(self, number: int, other: int) -> None:
        self.do.merge(number, other)

    @rule(number=SOME, quantity=QUANTITY)
    def refund_quote(self, number: int, quantity: int) -> None:
        self.do.refund_quote(number, quantity)

    @rule(number=FEW, twist=FEW)
    def refund(self, number: int, twist: int) -> None:
        self.do.refund(number // 4, twist)

    @rule(number=SOME, what=SOME, quantity=QUANTITY)
    def swap_quote(self, number: int, what: int, quantity: int) -> None:
        self.do.swap_quote(number, what, quantity)

    @rule(number=FEW)
    def swap(self, number: int) -> None:
        self.do.swap(number // 4)

    @rule(how=st.integers(0, 4 * len(STEPS)))
    def advance(self, how: int) -> None:
        # Mostly minutes, so that years do not end everything at once.
        self.do.advance(how if how < len(STEPS) else how % 5)

    @rule(minutes=st.sampled_from([-1, -(10**9), "5", None, 1.5, True]))
    def turn_back(self, minutes: object) -> None:
        self.do.turn_back(minutes)

    @rule(number=SOME)
    def nonsense(self, number: int) -> None:
        self.do.nonsense(number)

    @rule()
    def save_and_go_on(self) -> None:
        self.do.save_and_go_on()

    @invariant()
    def laws(self) -> None:
        self.tally.steps += 1
        self.do.witness.check()

    def teardown(self) -> None:
        self.tally.done.update(self.do.witness.tally)
        self.tally.done.update(f"{one.channel} order" for one in self.world.state.book.orders.values())


def machine(world: World, door: Door, tally: Tally) -> type[Laws]:
    """Machines over this world."""
    return type("Laws", (Laws,), {"world": world, "door": door, "tally": tally})
