"""How a page of all customers fills: some customers at a time, each part shown when it has come."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bespeak import PortfolioView, Survey
from bespeak_widgets.task import Steps, Task

#: So many customers are done between two looks at the page.
_AT_ONCE = 50


class Filling:
    """Reads customers and works their figures out, as a chain of short tasks that a person can cancel at any point.

    ``show`` is given the view after each part; what was done before a cancel stays.
    """

    def __init__(self, task: Task, show: Callable[[PortfolioView], None]) -> None:
        self._task = task
        self._show = show

    def read(self, survey: Survey, customer_ids: Iterable[str]) -> None:
        """Reads these customers, then works out what is open."""
        ids = list(customer_ids)
        self._part("Reading customers", survey, ids, survey.read, 0, lambda: self.work_out(survey))

    def work_out(self, survey: Survey) -> None:
        """Works out what is open."""
        self._task.start(
            "Looking at the usage that is here",
            lambda _: survey.open_figures(),
            lambda ids: self._part(
                "Working out what is at stake", survey, ids, survey.work_out, 0, lambda: None
            ),
        )

    def _part(
        self,
        words: str,
        survey: Survey,
        ids: list[str],
        step: Callable[[list[str], Callable[[int, int], None]], None],
        done: int,
        then: Callable[[], None],
    ) -> None:
        """Does some of the ids, shows the page, and goes on with the others."""
        some = ids[done : done + _AT_ONCE]
        if not some:
            then()
            return

        def work(steps: Steps) -> PortfolioView:
            step(some, lambda count, _: steps(done + count, len(ids)))
            return survey.view()

        def shown(view: PortfolioView) -> None:
            self._show(view)
            self._part(words, survey, ids, step, done + len(some), then)

        self._task.start(words, work, shown)
