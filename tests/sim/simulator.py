"""Runs the real purchase flow under a fake service, clock, disk and chance: one number decides a whole run.

    python3 -m toolkit sim [RUNS] [FIRST SEED]

A run plays two intents for the same machines in two windows against one of four servers, with faults at the calls,
deaths at the journal's writes, prices and cart lines that change, and time that passes. Then the faults end, and every
purchase must come to an end that is true.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from multiprocessing import Pool
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "buying"))
from model_center import AZURE, BUYER, ModelCenter, ModelSession, details_of, price_book

from bespeak.buying import (
    approval_phrase,
    approve,
    buy,
    find_offer,
    look_again,
    plan,
    prices,
    quote,
    recover,
    send_once_more,
    settle,
)
from bespeak.buying.ledger import open_journal
from bespeak.buying.limits import FILE_NAME as LIMITS
from bespeak.buying.outcome import recorded
from bespeak.buying.plan import PurchasePlan, tag_of
from bespeak.catalogue import price_book_from_sheets
from bespeak.clients.call import Answer
from bespeak.clients.session import Person
from bespeak.errors import AnswerLostError, BespeakError, RefusedError, UnreachableError
from bespeak.journal import Intent, Journal, head, schema

#: A folder in memory where there is one: the disk is not what is tested here.
FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None
INTENTS = ("intent-1", "intent-2")
WINDOWS = ("one", "two")
OTHER_CUSTOMER = "603492ac-b597-5193-a333-0408f14a1d30"
SERVERS = ("as documented", "forgetful", "racy", "slow list")
TRUE_ENDS = frozenset({"PLANNED", "CONFIRMED", "APPROVED", "REJECTED", "RECONCILED", "ORDERED"})
COLLEAGUE = Person("second@partner.example", "object-2", BUYER.tenant_id, second_factor=True)
APPROVAL_LIFE = timedelta(minutes=30)
STAGES = ("create the cart", "read the cart", "read the order", "list orders", "check out the cart")
STEPS = (
    "buy",
    "buy",
    "buy",
    "look",
    "again",
    "again",
    "again",
    "wait",
    "wait",
    "wait",
    "wrong phrase",
    "change",
    "lock",
    "settle",
    "recover",
)
#: What is chosen from beside these where a second person must agree.
WITH_SECOND = (*STEPS, "buy", "buy", "approve", "approve", "approve", "approve", "self-approve", "misread")
MINUTES = (1, 2, 3, 3, 3, 5, 10, 20, 31, 60 * 24 * 8)


class Killed(BaseException):
    """The kernel is gone: nothing more is written."""


class ViolationError(AssertionError):
    """A run that ended in what must never be."""


class Server(ModelCenter):
    """Partner Center as the references leave it open."""

    def __init__(self, kind: str, *, keeps_names: bool) -> None:
        super().__init__(keeps_names=keeps_names)
        self.kind = kind
        self.lag = timedelta(minutes=19 if kind == "slow list" else 15)
        self.taken: dict[str, Any] = {}

    def _work(self, call: Any) -> Any:
        if call.name == "read a customer":
            return Answer(200, {}, b"", {"id": call.path[-36:], "companyProfile": {"companyName": "Contoso"}})
        return super()._work(call)

    def _carts(self, call: Any, rest: list[str]) -> Any:
        ordered = self.taken.get(rest[0]) if rest else None
        if self.kind == "forgetful" and ordered and ordered + timedelta(days=7) <= self.now:
            raise RefusedError("There is no such cart.", status=404, code="800008")
        return super()._carts(call, rest)

    def _check_out(self, cart: Any) -> Any:
        """Two checkouts of a cart in the same two seconds are both taken by the racy one."""
        again = self.taken.get(cart["id"])
        if self.kind == "racy" and again is not None and self.now - again < timedelta(seconds=2):
            self.answers.pop(cart["id"], None)
        told = super()._check_out(cart)
        if told["orders"]:
            self.taken.setdefault(cart["id"], self.now)
        return told


FAULTS: dict[str, Callable[[], BaseException]] = {
    "request lost": lambda: AnswerLostError("No answer."),
    "not sent": lambda: UnreachableError("No connection."),
    "credit": lambda: RefusedError("No.", status=403, code="800023"),
    "in progress": lambda: RefusedError("In progress.", status=409, code="800060"),
    "in use": lambda: RefusedError("In use.", status=409, code="800064"),
    "submitted": lambda: RefusedError("Submitted.", status=400, code="800065"),
    "throttled": lambda: RefusedError("Too many.", status=429, code="429"),
    "broken": lambda: RefusedError("Broken.", status=500, code="800003"),
    "token lapsed": lambda: RefusedError("Sign in.", status=401, code="400"),
    "interrupt": KeyboardInterrupt,
}
LATE = ("late", "late", "late")
#: What may be said although the work is done; a refusal in words after the work is no fault that a client can see.
BUT_DONE = (
    "request lost",
    "in progress",
    "in use",
    "submitted",
    "throttled",
    "broken",
    "token lapsed",
    "interrupt",
)


@dataclass
class Run:
    """One run: what happened so far, for the person who replays it."""

    seed: int
    chance: random.Random
    server: Server
    homes: dict[str, Path]
    limited: bool
    approved: bool = False
    locked: str = ""
    agreed: dict[str, Any] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    late: list[Any] = field(default_factory=list)
    writes_left: int | None = None
    dead: bool = False
    inside: set[str] = field(default_factory=set)
    plans: dict[str, PurchasePlan] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    journal: Journal | None = None

    def session(self, window: str, person: Person = BUYER) -> ModelSession:
        """A session as a fresh kernel in this window makes it."""
        return ModelSession(self.server, self.homes[window], person=person, locked=self.locked)

    def play(self, steps: int) -> None:
        """So many steps, each checked."""
        for _ in range(steps):
            self.step()
            self.check()

    def step(self) -> None:
        """One thing that a person, another window or the world does."""
        kind = self.chance.choice(WITH_SECOND if self.approved else STEPS)
        if kind == "wait":
            self.wait(self.chance.choice(MINUTES))
        elif kind == "change":
            self.change()
        elif kind == "lock":
            self.locked = "" if self.locked or self.chance.random() < 0.5 else "nobody has unlocked it"
            self.tell(f"locked: {self.locked}")
        else:
            intent, window = self.chance.choice(INTENTS), self.chance.choice(WINDOWS)
            self.tell(f"{kind} {intent} in {window}")
            self.arm()
            sent = self.posts()
            with suppress(BespeakError, KeyboardInterrupt, Killed):
                self.act(kind, intent, window)
            self.disarm()
            if kind == "buy" and self.chance.random() < 0.2:
                self.tell("  and again at once")
                with suppress(BespeakError):
                    self.act("again", intent, window)
            self.must(not self.locked or self.posts() == sent, "something was sent while the world is locked")

    def posts(self) -> int:
        """How many requests left that change something."""
        return sum(not call.is_safe for call in self.server.log)

    def act(self, kind: str, intent: str, window: str) -> None:
        """Calls the flow as a button of this window would."""
        session, wanted = self.session(window), self.plans[intent]
        outside = window not in self.inside
        self.inside.add(window)
        try:
            if kind == "look":
                look_again(session, intent)
                return
            if kind in OTHER_STEPS:
                OTHER_STEPS[kind](self, session, intent)
                return
            typed = wanted.phrase + ("" if kind != "wrong phrase" else "!")
            self.confirmed |= {intent} if kind != "wrong phrase" else set()
            (_again if kind == "again" else _buy)(session, wanted, typed)
        finally:
            if outside:
                self.inside.discard(window)

    def approve(
        self, session: ModelSession, intent: str, person: Person = COLLEAGUE, typed: str = ""
    ) -> None:
        """A second person agrees, or somebody tries to get round that."""
        wanted = self.plans[intent]
        other = ModelSession(self.server, session.home, person=person)
        approve(session, intent, other, typed or approval_phrase(wanted))
        self.must(
            person == COLLEAGUE and not typed, f"{intent} is approved by {person.name}, who typed '{typed}'"
        )
        self.agreed[intent] = self.server.now

    def settle(self, session: ModelSession, intent: str) -> None:
        """A person who found the order gives its id; one who found none says so, and may have looked badly."""
        own = [order["id"] for order in self.orders_of(intent)]
        others = [order["id"] for _, order in self.server.orders] if self.server.keeps_names else own
        found = self.chance.choice([*own, *others, ""])
        settle(session, intent, order_id=found, reason="looked in Partner Center")

    def arm(self) -> None:
        """Chooses what goes wrong in the coming step."""
        if self.chance.random() < 0.25:
            self.writes_left = self.chance.randrange(8)
            self.tell(f"  dies at write {self.writes_left}")
        for stage in [*self.chance.sample(STAGES, self.chance.choice((0, 1, 1, 2))), "check out the cart"]:
            if stage not in self.server.faults and (stage != STAGES[-1] or self.chance.random() < 0.7):
                self.server.faults[stage] = [self.fault(stage)]

    def fault(self, stage: str) -> Any:
        """One thing that goes wrong at a call."""
        names = [*FAULTS, *(f"{name}, but done" for name in BUT_DONE), *LATE, "dies before", "dies after"]
        name = self.chance.choice([*names, "another window", "another window"])
        self.tell(f"  {stage}: {name}")
        if name == "another window":
            kind, window = self.chance.choice(("buy", "look", "again")), self.chance.choice(WINDOWS)
            other = self.chance.choice(INTENTS)
            return lambda: self.meanwhile(kind, other, window)
        if name == "late":
            return self.postpone
        if name == "dies before":
            return self.die
        if name == "dies after":
            return lambda: (self.server._work(self.server.log[-1]), self.die())
        if name.endswith(", but done"):
            made = FAULTS[name.removesuffix(", but done")]
            return lambda: self.do_and_raise(made())
        return FAULTS[name]()

    def do_and_raise(self, error: BaseException) -> None:
        """The service has done it, and the answer says something else."""
        self.server._work(self.server.log[-1])
        raise error

    def meanwhile(self, kind: str, intent: str, window: str) -> None:
        """What another kernel does while this one waits for the service."""
        if window in self.inside:
            return
        self.tell(f"    meanwhile {kind} {intent} in {window}")
        with suppress(BespeakError):
            self.act(kind, intent, window)

    def postpone(self) -> None:
        """The service does the work after the client has given up, within its time of processing."""
        self.late.append((self.server.log[-1], self.server.price))
        raise AnswerLostError("No answer.")

    def die(self) -> None:
        """The process is killed."""
        self.dead = True
        raise Killed

    def disarm(self) -> None:
        """The faults of a step are over, and a dead kernel is started again."""
        self.server.faults.clear()
        self.writes_left, self.dead = None, False

    def before_write(self) -> None:
        """Called before the journal is opened: a dead process opens nothing, a dying one dies here."""
        if self.writes_left is not None:
            self.writes_left -= 1
            self.dead = self.dead or self.writes_left < 0
        if self.dead:
            raise Killed

    def change(self) -> None:
        """The service's price or the line of coming carts changes, or is again as it was."""
        self.server.price = self.chance.choice(("496", "496", "497"))
        self.server.change_line = self.chance.choice(({}, {}, {"quantity": 40}, {"termDuration": "P3Y"}))
        self.tell(f"change: price {self.server.price}, line {self.server.change_line}")

    def wait(self, minutes: int) -> None:
        """Time passes; what the service still worked on is done within the first seconds of it."""
        self.tell(f"wait {minutes}")
        waiting, self.late = self.late, []
        self.server.now += timedelta(seconds=1)
        price = self.server.price
        for call, self.server.price in waiting:  # what is late is charged as it was when it was sent
            with suppress(RefusedError):
                self.server._work(call)
        self.server.price = price
        self.server.now += timedelta(minutes=minutes)

    def end(self) -> Counter[str]:
        """The faults are over: within 30 minutes each purchase comes to its end; the states at the end."""
        self.server.price, self.server.change_line = "496", {}
        for minutes in (20, 9):
            self.wait(minutes)
            recover(self.session("one"))
            self.check()
        ends = [self.end_of(intent) for intent in self.intents()]
        open_journal(self.session("one")).verify()
        return Counter(ends)

    def end_of(self, intent: Intent) -> str:
        """How a purchase ended: as what it is, or as what a person must look at, step by step."""
        by_hand = recorded(intent).needs_a_person
        self.must(intent.state in TRUE_ENDS or by_hand, f"{intent.intent_id} ends {intent.state}")
        certain = self.server.keeps_names and not (self.server.kind == "forgetful" and intent.sent)
        self.must(not by_hand or not certain, f"{intent.intent_id} is left to a person without need")
        return "MANUAL CHECK" if by_hand else intent.state

    def intents(self) -> tuple[Intent, ...]:
        """What the journal has."""
        self.journal = self.journal or open_journal(self.session("one"))
        return self.journal.intents()

    def bought(self, intent: str) -> int:
        """How many orders the service made for an intent."""
        return sum(name.endswith(tag_of(intent)) for name in self.server.bought)

    def check(self) -> None:
        """What must hold after every step."""
        known = {intent.intent_id: intent for intent in self.intents()}
        posts = Counter(call.path for call in self.server.log if call.path.endswith("/checkout"))
        self.must(max(posts.values(), default=0) <= 2, "a cart is sent a third time")
        for name in INTENTS:
            self.check_one(name, known.get(name))
        self.check_request_ids(known)
        self.check_head()
        doubtful = [one for one in known.values() if one.is_under_way]
        self.must(self.limited or len(doubtful) <= 1, "two purchases of the same machines are under way")
        self.must(
            self.bought(INTENTS[0]) + self.bought(INTENTS[1]) == len(self.server.orders), "a ghost order"
        )
        if self.limited:
            self.must(len(self.server.orders) <= 1, "a limit is exceeded")

    def check_request_ids(self, known: dict[str, Intent]) -> None:
        """Every sending of a cart has the request id of its intent, and no other cart has it."""
        wanted = {one.cart_id: one.request_id for one in known.values() if one.cart_id}
        for call in self.server.log:
            if call.path.endswith("/checkout"):
                own = wanted.get(call.path.split("/")[-2])
                self.must(bool(own) and call.request_id == own, "a sending has another request id")
        self.must(len(set(wanted.values())) == len(wanted), "two purchases have one request id")

    def check_head(self) -> None:
        """The head kept elsewhere is at most one event behind the journal, and never ahead."""
        assert self.journal is not None
        with schema.read(self.journal.path, 0) as connection:
            here = head.last(connection)
        there = head.kept(self.journal.path) or head.Head()
        self.must(
            here.number - 1 <= there.number <= here.number, f"the head is {there.number} of {here.number}"
        )

    def check_one(self, name: str, intent: Intent | None) -> None:
        """What must hold for one intent."""
        count = self.bought(name)
        self.must(count <= 1, f"{name} is bought twice")
        self.must(count == 0 or intent is not None, f"{name} is bought and not in the journal")
        self.must(count == 0 or name in self.confirmed, f"{name} is bought and was never confirmed")
        state = intent.state if intent else ""
        self.must(state not in {"ORDERED", "RECONCILED"} or count == 1, f"{name} is called bought and is not")
        self.must(state != "REJECTED" or count == 0, f"{name} is called refused and is bought")
        self.must(
            state not in {"PLANNED", "CONFIRMED"} or count == 0, f"{name} is called unsent and is bought"
        )
        self.check_second_person(name, intent)
        self.check_orders(name, intent)

    def check_second_person(self, name: str, intent: Intent | None) -> None:
        """Where two must agree, the second agreed before the order left, and not too long before."""
        if self.approved and intent and intent.sent:
            given = self.agreed.get(name)
            self.must(given is not None, f"{name} was sent without a second person")
            self.must(
                intent.sent < given + APPROVAL_LIFE, f"{name} was sent with an approval that had lapsed"
            )

    def check_orders(self, name: str, intent: Intent | None) -> None:
        """What was ordered is what was planned, and the journal has no other order."""
        for order in self.orders_of(name):
            line = order["lineItems"][0]
            self.must(order["totalPrice"] == self.plans[name].total.amount, f"{name} costs another price")
            self.must(line["quantity"] == self.plans[name].quantity, f"{name} has another quantity")
            self.must(line["termDuration"] == self.plans[name].term, f"{name} has another term")
        if intent and intent.order_ids and self.server.keeps_names:
            mine = {order["id"] for order in self.orders_of(name)}
            self.must(set(intent.order_ids) == mine, f"{name} is written down with another's order")

    def orders_of(self, intent: str) -> list[Any]:
        """The orders that the service made for an intent."""
        made = zip(self.server.bought, self.server.orders, strict=True)
        return [order for name, (_, order) in made if name.endswith(tag_of(intent))]

    def must(self, holds: bool, what: str) -> None:
        """Raises when something does not hold, with the way there."""
        if not holds:
            story = "\n".join(self.told)
            raise ViolationError(f"seed {self.seed}, server {self.server.kind}: {what}\n{story}")

    def tell(self, what: str) -> None:
        """Writes down what happens."""
        self.told.append(what)


#: Steps that are neither buying nor looking: what each does in a run.
OTHER_STEPS: dict[str, Callable[[Run, ModelSession, str], Any]] = {
    "recover": lambda _run, session, _intent: recover(session),
    "settle": Run.settle,
    "approve": Run.approve,
    "self-approve": lambda run, session, intent: run.approve(session, intent, BUYER),
    "misread": lambda run, session, intent: run.approve(session, intent, COLLEAGUE, "approve"),
}


def _buy(session: ModelSession, wanted: PurchasePlan, typed: str) -> None:
    buy(session, wanted, typed, holder="pid 1")


def _again(session: ModelSession, wanted: PurchasePlan, typed: str) -> None:
    send_once_more(session, wanted.intent_id, typed)


@cache
def _quote() -> Any:
    return quote(
        details_of("azure_plan"),
        price_book(),
        azure_subscription_id=AZURE,
        size="Standard_D2s_v5",
        region="polandcentral",
        term="P1Y",
        quantity=4,
    )


@cache
def _plan(intent: str) -> PurchasePlan:
    offer = find_offer(ModelSession(ModelCenter(), Path()), details_of("azure_plan"), _quote())
    return plan(_quote(), offer, intent_id=intent, friendly_name="web")


class Kept:
    """A connection that stays open for the next who asks for it: opening one is what takes the time."""

    def __init__(self, real: Any) -> None:
        self.real = real

    def execute(self, *told: Any) -> Any:
        """What SQLite does."""
        return self.real.execute(*told)

    def close(self) -> None:
        """Ends what was not ended, as a connection that closes does."""
        if self.real.in_transaction:
            self.real.rollback()


@cache
def _book(rows: tuple[tuple[tuple[str, str], ...], ...], as_of: Any) -> Any:
    return price_book_from_sheets([], [dict(row) for row in rows], as_of=as_of, source="a sheet")


def _same_book(_payg: Any, rows: Any, *, as_of: Any, source: str) -> Any:
    """The price book of a sheet; the few that there are are made once."""
    del source
    return _book(tuple(tuple(row.items()) for row in rows), as_of)


@contextmanager
def in_place_of(place: Any, name: str, other: Any) -> Iterator[None]:
    """Another thing under a name, for a while."""
    before = getattr(place, name)
    setattr(place, name, other)
    try:
        yield
    finally:
        setattr(place, name, before)


@contextmanager
def a_run(seed: int, kind: str = "") -> Iterator[Run]:
    """A run that has not begun, in folders of its own."""
    chance = random.Random(seed)
    server = Server(kind or chance.choice(SERVERS), keeps_names=chance.random() < 0.8)
    server.request_lag = chance.choice((None, timedelta(0), timedelta(minutes=15), timedelta(hours=1)))
    server.is_audited = chance.random() < 0.3
    connect, keep, open_ones = schema._connect, head.keep, {}
    with tempfile.TemporaryDirectory(dir=FAST) as folder:
        home = Path(folder) / "home"
        home.mkdir()
        # Two windows have no lock in common: their journal has two names, as two kernels have two processes.
        (Path(folder) / "same home").symlink_to(home)
        homes = {"one": home, "two": Path(folder) / "same home"}
        what = chance.random()
        run = Run(seed, chance, server, homes, limited=what < 0.3, approved=0.3 <= what < 0.5)
        run.plans = {intent: _plan(intent) for intent in INTENTS}
        _write_limits(run, home)

        def connect_alive(path: Path, patience: float) -> Any:
            run.before_write()
            if path not in open_ones:
                open_ones[path] = Kept(connect(path, patience))
            return open_ones[path]

        def keep_alive(path: Path, told: head.Head) -> None:
            run.before_write()
            keep(path, told)

        with (
            in_place_of(schema, "_connect", connect_alive),
            in_place_of(head, "keep", keep_alive),
            in_place_of(prices, "price_book_from_sheets", _same_book),
        ):
            yield run
        for one in open_ones.values():
            one.real.close()


def _write_limits(run: Run, home: Path) -> None:
    """The limits of a run, where it has any."""
    amount = run.plans[INTENTS[0]].total.amount
    if run.limited:
        # Other machines, so that only the limit stands between the two.
        other = run.plans[INTENTS[1]]
        run.plans[INTENTS[1]] = replace(other, customer_id=OTHER_CUSTOMER, customer="Fabrikam")
        most = amount * Decimal("1.5")
        (home / LIMITS).write_text(f'currency = "USD"\nday = "{most}"\nmonth = "{most}"\n')
    elif run.approved:
        (home / LIMITS).write_text(f'currency = "USD"\napprove_above = "{amount / 2}"\n')


def simulate(seed: int, kind: str = "") -> tuple[str, Counter[str]]:
    """One whole run; the server it met and how its purchases ended. Raises ``ViolationError``."""
    with a_run(seed, kind) as run:
        run.play(run.chance.randint(3, 14))
        return run.server.kind, run.end()


def _one(seed: int) -> tuple[str, Counter[str], str]:
    try:
        return (*simulate(seed), "")
    except ViolationError as violation:
        return "", Counter(), str(violation)


def main(arguments: list[str]) -> int:
    """Runs so many seeds in all cores; the last line is the figure."""
    runs, first = int(arguments[0]) if arguments else 10_000, int(arguments[1]) if arguments[1:] else 1
    began = time.monotonic()
    ends: dict[str, Counter[str]] = {}
    wrong = []
    with Pool(os.cpu_count()) as pool:
        for kind, states, violation in pool.imap_unordered(_one, range(first, first + runs), 50):
            ends.setdefault(kind, Counter()).update(states)
            wrong += [violation] if violation else []
    for kind in sorted(ends):
        print(f"{kind}: " + ", ".join(f"{count} {state}" for state, count in sorted(ends[kind].items())))
    print("\n\n".join(wrong[:3]))
    seeds, seconds = f"seeds {first} to {first + runs - 1}", time.monotonic() - began
    print(f"sim: {runs} runs, {len(wrong)} violations, {seeds}, {seconds:.0f} s")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
