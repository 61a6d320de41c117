"""Slow work: its place shows progress, cancel and errors; a newer start or a cancel drops the result."""

import asyncio
import threading

from bespeak import RefusedError
from bespeak.clients.waits import Waits
from bespeak_widgets.panel import snapshot
from bespeak_widgets.task import Steps, StoppedError, Task


class Gate:
    """Work that waits until the test lets it go on."""

    def __init__(self, result: str = "done") -> None:
        self.entered, self.open, self.ended = threading.Event(), threading.Event(), threading.Event()
        self.result = result

    def __call__(self, steps: Steps) -> str:
        self.entered.set()
        try:
            assert self.open.wait(5)
            steps(2)
        finally:
            self.ended.set()
        return self.result


async def _entered(gate: Gate) -> None:
    assert await asyncio.to_thread(gate.entered.wait, 5)


def test_without_a_loop_work_is_done_at_once() -> None:
    got: list[int] = []
    task = Task()
    assert task.start("Count", lambda _: 5, got.append)
    assert got == [5]
    assert task.busy is False


def test_the_loop_stays_free_while_work_is_under_way() -> None:
    task, gate, got = Task(), Gate(), []

    async def run() -> tuple[str, bool]:
        task.start("Reading usage", gate, got.append)
        await _entered(gate)  # the loop runs: this very coroutine goes on
        seen = snapshot(task), task.busy
        gate.open.set()
        await task.idle()
        return seen

    assert asyncio.run(run()) == ("... Reading usage\n[ Cancel ]", True)
    assert (got, task.busy, snapshot(task)) == (["done"], False, "")


def test_progress_is_shown_while_work_is_under_way() -> None:
    task, reached, go_on = Task(), threading.Event(), threading.Event()

    def work(steps: Steps) -> None:
        steps.say("Reading pages")
        steps(1200)
        reached.set()
        assert go_on.wait(5)

    async def run() -> str:
        task.start("Start", work, lambda _: None)
        await asyncio.to_thread(reached.wait, 5)
        await asyncio.sleep(0)
        shown = task._status.value
        go_on.set()
        await task.idle()
        return shown

    assert "Reading pages: 1,200" in asyncio.run(run())


def test_cancelled_work_ends_at_its_next_step_and_its_result_is_dropped() -> None:
    task, gate, got = Task(), Gate(), []

    async def run() -> None:
        task.start("Read", gate, got.append)
        await _entered(gate)
        task._cancel.click()
        gate.open.set()
        await task.idle()

    asyncio.run(run())
    assert gate.ended.is_set()
    assert got == []
    assert snapshot(task) == "! Cancelled. Nothing was changed."


def test_newer_work_takes_the_place_of_older_work() -> None:
    task, old, got = Task(), Gate("old"), []

    async def run() -> None:
        task.start("Old", old, got.append)
        await _entered(old)
        task.start("New", lambda _: "new", got.append)
        old.open.set()
        await task.idle()

    asyncio.run(run())
    assert got == ["new"]


def test_work_that_must_not_be_dropped_lets_nothing_else_start_and_cannot_be_cancelled() -> None:
    task, purchase, got = Task(), Gate("order"), []

    async def run() -> tuple[bool, str]:
        task.start("Buying", purchase, got.append, cancellable=False)
        await _entered(purchase)
        started = task.start("Again", lambda _: "twice", got.append)
        task.cancel()
        seen = snapshot(task)
        purchase.open.set()
        await task.idle()
        return started, seen

    assert asyncio.run(run()) == (False, "... Buying")
    assert got == ["order"]


def test_an_error_of_the_work_stands_in_its_place_and_the_place_is_free_again() -> None:
    task = Task()

    def refuse(_: Steps) -> None:
        raise RefusedError("The sandbox said no.", "Try later.")

    async def run() -> None:
        task.start("Ask", refuse, lambda _: None)
        await task.idle()

    asyncio.run(run())
    assert snapshot(task) == "! The sandbox said no. Try later."
    assert task.busy is False


def test_an_error_while_showing_the_result_is_shown_too() -> None:
    task = Task()
    task.start("Read", lambda _: {}, lambda result: result["size"])
    assert snapshot(task) == "! This should not happen: KeyError: 'size'. Please report it."


def test_a_late_error_of_cancelled_work_is_not_shown_over_what_came_after() -> None:
    task, gate, got = Task(), Gate(), []

    def fails(_: Steps) -> str:
        gate(Steps("", lambda _: None))
        raise RefusedError("Too late.")

    async def run() -> None:
        task.start("Old", fails, got.append)
        await _entered(gate)
        task.start("New", lambda _: "new", got.append)
        gate.open.set()
        await task.idle()

    asyncio.run(run())
    assert (got, snapshot(task)) == (["new"], "")


def test_a_guarded_handler_shows_its_error_and_clears_the_last_one() -> None:
    task = Task()
    handler = task.guard(lambda change: change["new"])
    handler({})
    assert snapshot(task) == "! This should not happen: KeyError: 'new'. Please report it."
    handler({"new": 1})
    assert snapshot(task) == ""


def test_stopped_steps_end_the_work_that_asks() -> None:
    steps = Steps("Read", lambda _: None)
    steps.stop()
    try:
        steps(1)
    except StoppedError:
        return
    raise AssertionError("The work went on.")


def test_the_sentence_of_an_error_is_there_when_the_end_is_told() -> None:
    task, told = Task(), []
    task.observe(lambda _: told.append(task.problem.sentence), "busy")

    def work(_: Steps) -> None:
        raise RefusedError("The market is closed.", "Choose another one.")

    task.start("Reading prices", work, told.append)
    assert told == ["", "The market is closed. Choose another one."]


def test_stopped_work_leaves_no_word() -> None:
    task, gate, got = Task(), Gate(), []

    async def run() -> None:
        task.start("Reading usage", gate, got.append)
        await _entered(gate)
        task.stop()
        gate.open.set()
        await task.idle()

    asyncio.run(run())
    assert (got, snapshot(task)) == ([], "")


def test_a_pause_of_the_network_is_counted_down_and_the_words_come_back():
    async def run():
        task, seen = Task(), []

        def work(steps):
            Waits(lambda _: seen.append(steps.text))(2.5, "it asked for a pause")
            seen.append(steps.text)

        task.start("Reading usage records", work, lambda _: None)
        await task.idle()
        return seen

    assert asyncio.run(run()) == [
        "Waiting for Microsoft, 3 s left: it asked for a pause",
        "Waiting for Microsoft, 2 s left: it asked for a pause",
        "Waiting for Microsoft, 1 s left: it asked for a pause",
        "Reading usage records",
    ]


def test_cancelled_work_ends_in_the_middle_of_a_pause():
    async def run():
        task, slept = Task(), []

        def sleep(seconds):
            slept.append(seconds)
            task._steps.stop()

        task.start("Reading", lambda _: Waits(sleep)(57, "throttled"), lambda _: slept.append("done"))
        await task.idle()
        return slept

    assert asyncio.run(run()) == [1.0]


def test_what_an_error_means_for_money_stands_below_it():
    task = Task("Nothing was bought. World: live.")
    task.start("Reading", lambda _: 1 / 0, lambda _: None)
    assert task.as_text().splitlines()[1] == "Nothing was bought. World: live."
    task.problem.say("Choose a size.")
    assert task.as_text() == "! Choose a size."


class Ticking:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def paced() -> tuple[Steps, Ticking]:
    clock = Ticking()
    return Steps("Reading", lambda _: None, clock), clock


def test_work_of_more_than_a_second_says_how_fast_it_is_and_how_long_it_takes() -> None:
    steps, clock = paced()
    steps(0, 48_000)
    clock.now += 4
    steps(12_400, 48_000)
    assert steps.text == "Reading: 12,400 of 48,000, 3,100/s, about 12 s left"


def test_the_first_second_says_no_pace() -> None:
    steps, clock = paced()
    steps(0, 10)
    clock.now += 0.9
    steps(5, 10)
    assert steps.text == "Reading: 5 of 10"


def test_slow_work_counts_by_the_minute_and_a_long_rest_in_minutes() -> None:
    steps, clock = paced()
    steps(0, 100)
    clock.now += 10
    steps(5, 100)
    assert steps.text == "Reading: 5 of 100, 30/min, about 4 min left"


def test_what_has_no_known_end_says_its_pace_only() -> None:
    steps, clock = paced()
    steps(0)
    clock.now += 2
    steps(500)
    assert (steps.text, steps.part) == ("Reading: 500, 250/s", None)


def test_another_part_of_the_work_has_its_own_pace() -> None:
    steps, clock = paced()
    steps(0, 10)
    clock.now += 5
    steps.say("Working it out")
    steps(1, 4)
    assert (steps.text, steps.part) == ("Working it out: 1 of 4", 0.25)


def test_a_known_part_is_a_bar_that_a_reader_can_hear() -> None:
    task, reached, go_on = Task(), threading.Event(), threading.Event()

    def work(steps: Steps) -> None:
        steps(1, 4)
        reached.set()
        assert go_on.wait(5)

    async def run() -> str:
        task.start("Reading", work, lambda _: None)
        await asyncio.to_thread(reached.wait, 5)
        await asyncio.sleep(0)
        seen = task._status.value
        go_on.set()
        await task.idle()
        return seen

    assert '<progress value="25" max="100" aria-label="Done">25 %</progress>' in asyncio.run(run())


def test_cancelled_work_says_what_it_leaves() -> None:
    task, gate = Task(keeps="What was read is kept."), Gate()

    async def run() -> None:
        task.start("Reading", gate, lambda _: None)
        await _entered(gate)
        task.cancel()
        gate.open.set()
        await task.idle()

    asyncio.run(run())
    assert task.problem.sentence == "Cancelled. What was read is kept."
