"""Building: what is new among the deliveries becomes tables, a few customers at a time, each whole or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from bespeak.errors import StoreError
from bespeak.usage.store import buckets, files
from bespeak.usage.store.columns import frame
from bespeak.usage.store.delivery import Built, Progress
from bespeak.usage.store.engine import Engine
from bespeak.usage.store.gathering import GoneError, days_of, gathered, joined, only
from bespeak.usage.store.making import Made, made
from bespeak.usage.store.months import Month, customer_key, month_folder
from bespeak.usage.store.planning import Job, due, jobs
from bespeak.usage.store.shelf import Shelf
from bespeak.usage.store.writing import MonthWriter

#: So many records at most are read at once.
WAVE = 750_000
_TRIES = 3
#: Generations that stay, so that who has just opened the one before can read it to its end.
_KEPT = 2


class Building:
    """One build."""

    def __init__(self, shelf: Shelf, engine: Engine, progress: Progress | None, wave: int) -> None:
        self._shelf, self._engine, self._progress, self._wave = shelf, engine, progress, wave
        self._written = self._records = self._done = self._total = 0

    def done(self, customers: Collection[str] | None) -> Built:
        """Builds all that is due."""
        self._sweep()
        planned = jobs(self._shelf, customers)
        waiting = [job for job in planned if due(self._shelf, job)]
        self._total = sum(job.rows for job in waiting)
        for wave in _waves(waiting, self._wave):
            self._build({job.customer_id for job in wave})
        return Built(self._written, len(planned) - self._written, self._records)

    def _sweep(self) -> None:
        """Takes away what dead processes left, and deliveries that are there twice."""
        files.sweep(self._shelf.home)
        home = self._shelf.home
        with files.lock(home / "locks" / "deliveries.lock"):
            twins = self._shelf.twins()
            if twins:
                with files.staging(home) as staged:
                    for folder in twins:
                        files.discard(folder, staged)

    @files.told_of_writes()
    def _build(self, customers: Collection[str]) -> None:
        """What is due of these customers, while nobody else builds them."""
        with ExitStack() as held:
            for customer in sorted(customers):
                place = self._shelf.home / "locks" / f"{customer_key(customer)}.lock"
                held.enter_context(files.lock(place))
            for _ in range(_TRIES):
                try:
                    return self._wave_of(customers)
                except GoneError:
                    continue
        raise StoreError(
            "Deliveries of the usage store went away while they were read.",
            "Build again when nobody else works on it.",
        )

    def _wave_of(self, customers: Collection[str]) -> None:
        now_due = [
            found for job in jobs(self._shelf, customers, quick=True) if (found := due(self._shelf, job))
        ]
        for chosen in _waves([job for job, _ in now_due], self._wave):
            self._together(chosen, {job.key: old for job, old in now_due})

    def _together(self, chosen: Sequence[Job], old: dict[tuple[str, str], Month | None]) -> None:
        """Customer-months whose records are read at once; a large one is read by itself, in buckets."""
        if len(chosen) == 1 and chosen[0].rows > self._wave:
            self._large(chosen[0], old[chosen[0].key])
            return
        parcels = sorted({one for job in chosen for one in job.parcels}, key=lambda one: one.order)
        days = [days_of(job.month) for job in chosen]
        span = min(first for first, _ in days), max(last for _, last in days)
        table = joined(list(gathered(self._shelf, parcels, {job.customer_id for job in chosen}, span)))
        ids = tuple(one.id for one in parcels)
        for job in chosen:
            self._write(
                job,
                old[job.key],
                iter([made(frame(only(table, {job.customer_id}, days_of(job.month))), job, ids)]),
            )

    def _large(self, job: Job, old: Month | None) -> None:
        ids = tuple(one.id for one in job.parcels)
        tables = lambda: gathered(self._shelf, job.parcels, {job.customer_id}, days_of(job.month))  # noqa: E731
        with files.staging(self._shelf.home) as folder:
            parts = buckets.parted(tables, folder, job.rows, self._wave)
            self._write(job, old, (made(frame(part), job, ids) for part in parts))

    def _write(self, job: Job, old: Month | None, tables: Iterator[Made]) -> None:
        generation = 1 + (old.generation if old else 0)
        with files.staging(self._shelf.home) as folder:
            writer = MonthWriter(folder / "month", self._shelf.owner, job, self._engine)
            writer.write(tables, generation)
            place = month_folder(self._shelf.home, job.customer_id, job.month)
            files.commit(writer.folder, place / f"{generation:06d}-{folder.name}")
            _clear(place, generation, folder)
        self._written += 1
        self._records += job.rows
        self._done += job.rows
        if self._progress is not None:
            self._progress(self._done, max(self._total, self._done))


def _waves(waiting: Sequence[Job], size: int) -> Iterator[list[Job]]:
    """Customer-months in turn, as many as are small enough together."""
    wave: list[Job] = []
    rows = 0
    for job in waiting:
        if wave and rows + job.rows > size:
            yield wave
            wave, rows = [], 0
        wave.append(job)
        rows += job.rows
    if wave:
        yield wave


def _clear(place: Path, generation: int, staged: Path) -> None:
    """Takes generations away that nobody reads any more."""
    for folder in sorted(place.iterdir()):
        number = folder.name.partition("-")[0]
        if number.isdigit() and int(number) <= generation - _KEPT:
            files.discard(folder, staged)
