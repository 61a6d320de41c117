"""Right-sizing for one customer: the steps in a row, and what they say in words and rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from bespeak.advice import ResizePlan, fit_sizes, plan_sizes
from bespeak.advice.resize import Term
from bespeak.clients.session import Session
from bespeak.review.study import Study
from bespeak.review.words import Rows
from bespeak.usage import read_measures, read_measures_file

#: Is told how many machines are measured, and of how many.
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, eq=False)
class SizesStudy:
    """What was measured of a customer's machines, which sizes fit, and what that is worth.

    ``remarks`` are sentences about machines that could not be measured. ``fits`` is a FITS table.
    """

    study: Study
    measures: pd.DataFrame
    remarks: tuple[str, ...]
    fits: pd.DataFrame
    plan: ResizePlan

    def __repr__(self) -> str:
        return f"SizesStudy({self.study.details.name}, {len(self.measures):,} measured, {self.plan!r})"


def measure_sizes(
    session: Session, study: Study, *, export: bytes | None = None, progress: Progress | None = None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """MEASURES of the machines of a study, and remarks; a CSV takes the place of Azure Monitor."""
    if export is not None:
        return read_measures_file(export), ()
    machines = study.reading.usage["resource"].unique()
    found = read_measures(session, study.details, machines, progress=progress)
    return found.table, tuple(_remarks(found.skipped, found.not_asked))


def fit_study(
    study: Study,
    measures: pd.DataFrame,
    remarks: tuple[str, ...] = (),
    *,
    term: Term = "P1Y",
    user_facing: bool = True,
) -> SizesStudy:
    """The sizes that fit what was measured, and the cheapest way to resize and reserve together."""
    day = study.as_of.date()
    fits = fit_sizes(study.demand, measures, study.prices, day, user_facing=user_facing)
    plan = plan_sizes(study.reading, fits, study.prices, study.holdings, day, term=term)
    return SizesStudy(study, measures, remarks, fits, plan)


def _remarks(skipped: tuple[object, ...], not_asked: int) -> list[str]:
    told = []
    if skipped:
        told.append(f"{len(skipped):,} machines could not be measured: they have gone, or may not be seen.")
    if not_asked:
        told.append(f"{not_asked:,} have no metrics of their own, such as machines of a scale set.")
    return told


def sizes_words(one: SizesStudy) -> list[str]:
    """What was judged, and what the cheapest way is worth, in sentences."""
    plan, days = one.plan, one.plan.hours // 24
    saving = plan.options.set_index("option")["saving"]
    moved = len(plan.moves)
    if not moved:
        return ["No machine should change: each fits its size, or a change would save nothing.", *one.remarks]
    both, alone = saving["Resize, then reserve"], saving["Reserve only"]
    early = saving["Reserve first, then resize"]
    return [
        f"{moved:,} machines should change: resizing and reserving saves {plan.currency} {both:,.2f} in {days} days.",
        f"Reserving alone saves {plan.currency} {alone:,.2f}; reserving now and resizing later {early:,.2f}.",
        "What was reserved for larger machines stays to be paid; so resize first.",
        "A machine restarts when it is resized: look at its disks, its network and its licences before.",
        *one.remarks,
    ]


def move_rows(one: SizesStudy) -> Rows:
    """The machines that change, with what was measured and why."""
    rows = {
        str(row["resource"]): (
            str(row["vm"]),
            _short(str(row["size"])),
            _short(str(row["becomes"])) or "stopped",
            _percent(row["cpu_p95"]),
            _percent(row["memory"]),
            " ".join(row["reasons"]),
        )
        for row in one.plan.moves.to_dict("records")
    }
    return Rows(("VM", "Size", "Becomes", "Cores, busy times", "Memory, at most", "Why"), rows, (3, 4))


def reserve_rows(one: SizesStudy) -> Rows:
    """What to reserve after the resizing, beside what would be reserved for the sizes of today."""
    before = {(row["region"], row["group"]): row for row in one.plan.before.to_dict("records")}
    rows = {}
    for row in one.plan.advice.to_dict("records"):
        old = before.get((row["region"], row["group"]))
        today = f"{old['quantity']} x {_short(old['size'])}" if old and old["quantity"] else "nothing"
        later = f"{row['quantity']} x {_short(row['size'])}" if row["quantity"] else "nothing"
        key = f"{row['region']}|{row['group']}"
        rows[key] = (row["region"], row["group"].removeprefix("size:"), today, later, f"{row['saving']:,.2f}")
    head = ("Region", "Group", "For the sizes of today", "After resizing", f"Saving ({one.plan.currency})")
    return Rows(head, rows, (4,))


def _short(size: str) -> str:
    return size.removeprefix("Standard_")


def _percent(value: float) -> str:
    return "-" if pd.isna(value) else f"{value:.0f}%"
