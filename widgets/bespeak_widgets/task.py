"""Slow work without a frozen page: it runs in a thread, tells how far it is, can be cancelled, and shows its error.

One ``Task`` stands beside the control that starts the work. A widget's handler calls ``start`` and nothing else.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from typing import Any, TypeVar

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses
import traitlets as T  # noqa: N812 - as above

from bespeak import markup, told_of_waits
from bespeak_widgets.look import Problem, Shown, hide
from bespeak_widgets.steps import Steps, StoppedError

R = TypeVar("R")

__all__ = ["Steps", "StoppedError", "Task"]


class Task(W.VBox):
    """The place where slow work shows its progress, its Cancel button and its error.

    ``about`` stands below its errors. ``keeps`` says what cancelling leaves, such as "What was read is kept."
    ``keeps_place`` leaves the line of the progress free when nothing runs, so that
    nothing below it jumps. Without a running event loop (a script, a test) the work is done at once, in the same
    thread.
    """

    busy = T.Bool(default_value=False, help="Whether work is under way.")

    def __init__(self, about: str = "", *, keeps_place: bool = False, keeps: str = "") -> None:
        self._keeps_place = keeps_place
        self._kept = keeps or "Nothing was changed."
        self._status = Shown(live="status")
        self._cancel = W.Button(description="Cancel", tooltip="Stop this work", layout=W.Layout(width="90px"))
        self._line = W.HBox([self._status, self._cancel])
        self._line.add_class("task-line")
        self._show_line(shown=False)
        self.problem = Problem(about)
        self._steps: Steps | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._cancellable = True
        self._words = ""
        super().__init__([self._line, self.problem], layout=W.Layout(width="100%"))
        self._cancel.on_click(lambda _: self.cancel())

    def start(
        self, words: str, work: Callable[[Steps], R], done: Callable[[R], None], *, cancellable: bool = True
    ) -> bool:
        """Does ``work`` in a thread, its pauses shown, then ``done`` with its result; says whether it was started.

        New work takes the place of what is under way, whose result is dropped. Work that is not ``cancellable``
        (a purchase) is never dropped: while it runs nothing else starts here.
        """
        if self.busy and not self._cancellable:
            return False
        self._drop()
        loop = _running_loop()
        steps = (
            Steps(words, self._show)
            if loop is None
            else Steps(words, _from_thread(loop, self._show), clock=loop.time)
        )
        self._begin(steps, cancellable=cancellable)
        if loop is None:
            self._finish(steps, done, functools.partial(_told, work, steps))
        else:
            task = loop.create_task(self._run(steps, work, done))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return True

    def stop(self) -> None:
        """Drops what is under way, and what was said of it, without a word: nobody waits for it any more."""
        if self._cancellable or not self.busy:
            self._drop()
            self.problem.clear()

    def cancel(self) -> None:
        """Stops what is under way; its result, if there comes one, is dropped."""
        if self.busy and self._cancellable:
            self._drop()
            self.problem.say(f"Cancelled. {self._kept}")

    def guard(self, handler: Callable[..., Any]) -> Callable[..., None]:
        """The handler with its errors shown here; an error in a bare one is visible nowhere in a notebook."""

        @functools.wraps(handler)
        def guarded(*args: Any) -> None:  # noqa: ANN401 - whatever the event brings
            try:
                self.problem.clear()
                handler(*args)
            except Exception as error:  # noqa: BLE001 - the last place where a person can be told
                self.problem.say(error)

        return guarded

    def as_text(self) -> str:
        """What is being done, without the count, which would differ each time; the error when there is one."""
        lines = [f"... {self._words}", "[ Cancel ]" if self._cancellable else ""] if self.busy else []
        return "\n".join(line for line in [*lines, self.problem.as_text()] if line)

    async def idle(self) -> None:
        """Returns when no work is under way, dropped work included."""
        while self._running:
            await asyncio.wait(self._running)

    async def _run(self, steps: Steps, work: Callable[[Steps], R], done: Callable[[R], None]) -> None:
        try:
            result = await asyncio.to_thread(_told, work, steps)
        except Exception as error:  # noqa: BLE001 - shown beside the control
            self._finish(steps, done, functools.partial(_raise, error))
        else:
            self._finish(steps, done, lambda: result)

    def _begin(self, steps: Steps, *, cancellable: bool) -> None:
        self.problem.clear()
        self._cancellable = cancellable
        hide(self._cancel, when=not cancellable)
        self._steps = steps
        self._words = steps.text
        self._show(steps)
        self._show_line(shown=True)
        self.busy = True

    def _show(self, steps: Steps) -> None:
        """Shows the latest words of the work that is under way; those of dropped work are too late."""
        if steps is self._steps:
            self._status.put(markup.tag("p", _mark(steps.part), steps.text, class_="pace"))

    def _finish(self, steps: Steps, done: Callable[[R], None], result: Callable[[], R]) -> None:
        """Hands the result on or shows the error, unless something newer has taken the place."""
        try:
            value = result()
        except Exception as error:  # noqa: BLE001 - the last place where a person can be told
            if steps is self._steps:
                self.problem.say(error)  # before the end is told, so that who hears of it finds the sentence
                self._rest()
        else:
            if steps is self._steps:
                self._rest()
                self.guard(done)(value)

    def _drop(self) -> None:
        if self._steps is not None:
            self._steps.stop()
        self._rest()

    def _rest(self) -> None:
        self._steps = None
        self._show_line(shown=False)
        self.busy = False

    def _show_line(self, *, shown: bool) -> None:
        if self._keeps_place:
            self._line.layout.visibility = "visible" if shown else "hidden"
        else:
            hide(self._line, when=not shown)


def _mark(part: float | None) -> markup.Markup:
    """A bar of what is done; where nobody knows how much that is, something that turns."""
    if part is None:
        return markup.tag("span", class_="spinner", aria_hidden="true")
    percent = f"{part * 100:.0f}"
    return markup.tag("progress", f"{percent} %", value=percent, max="100", aria_label="Done")


def _told(work: Callable[[Steps], R], steps: Steps) -> R:
    """Does the work; its pauses are shown, and a cancelled one ends at once."""
    with told_of_waits(steps.wait):
        return work(steps)


def _raise(error: Exception) -> Any:  # noqa: ANN401 - never returns
    raise error


def _from_thread(loop: asyncio.AbstractEventLoop, show: Callable[[Steps], None]) -> Callable[[Steps], None]:
    """Shows from the thread of the event loop, where widgets may be changed."""

    def changed(steps: Steps) -> None:
        loop.call_soon_threadsafe(show, steps)

    return changed


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
