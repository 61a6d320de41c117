"""Page after page of a list, noticing what a service can do wrong meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from bespeak.clients.address import Target
from bespeak.clients.call import Answer, Call
from bespeak.clients.cursor import Cursor, PagingReport, digest, first_cursor
from bespeak.clients.said import not_done
from bespeak.errors import RefusedError, UnreadableError

T = TypeVar("T")

#: What a token that has ended is answered with, and nothing else in the middle of a list.
_LOST_PLACE = frozenset({400, 404, 410})
_RESTARTS = 2
_MOST_PAGES = 20_000
_EMPTY_IN_A_ROW = 100


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The items of one page that were not on one before it, and how to go on after it.

    ``cursor_after`` is ``None`` after the last page. ``starts_over`` says that the list is read again from its start:
    what came before this page is void.
    """

    items: list[T]
    cursor_after: Cursor | None
    number: int
    report: PagingReport
    starts_over: bool = False


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """All items of a list, and what was noticed."""

    items: list[T]
    report: PagingReport


def read_pages(
    call: Call[list[T]],
    after: Cursor | None,
    ask: Callable[[Target], tuple[Answer, list[T]]],
    follow: Callable[[Answer], Target | None],
) -> Iterator[Page[T]]:
    """The pages of a list, from its start or from a cursor on.

    Raises ``InputError`` for a cursor of another list, ``UnreadableError`` when the pages go round in a circle or do
    not end, and whatever ``ask`` raises. A place that the service has lost is not an error: the list starts over.
    """
    if after is not None:
        after.belongs_to(call)
    here, over, empty = after or first_cursor(call), False, 0
    while True:
        try:
            answer, items = ask(here.target)
        except RefusedError as error:
            if error.status not in _LOST_PLACE or not here.number or here.report.restarts >= _RESTARTS:
                raise
            here, over = first_cursor(call, here.report.restarts + 1), True
            continue
        empty = 0 if items else empty + 1
        page = _page(call, here, answer, items, follow)
        if empty >= _EMPTY_IN_A_ROW or page.number >= _MOST_PAGES:
            raise UnreadableError(*not_done(call, "the pages of the answer do not end"))
        yield replace(page, starts_over=over)
        if page.cursor_after is None:
            return
        here, over = page.cursor_after, False


def _page(
    call: Call[list[T]],
    here: Cursor,
    answer: Answer,
    items: list[T],
    follow: Callable[[Answer], Target | None],
) -> Page[T]:
    fresh, after = _without_doubles(call, here, items)
    declared = call.total(answer) if call.total else None
    report = replace(
        after.report,
        came=after.report.came + len(fresh),
        declared=after.report.declared if declared is None else declared,
    )
    after = replace(
        after, report=report, number=here.number + 1, followed=(*here.followed, digest(here.target.key))
    )
    target = follow(answer)
    if target is None:
        return Page(fresh, None, after.number, report)
    if digest(target.key) in after.followed:
        raise UnreadableError(*not_done(call, "the pages of the answer go round in a circle"))
    return Page(fresh, after.moved(target), after.number, report)


def _without_doubles(call: Call[list[T]], here: Cursor, items: list[T]) -> tuple[list[T], Cursor]:
    """The items that did not come before, and the cursor that knows of them.

    Pages that overlap do so with their neighbour, so keys are compared with those of the page before, and it makes no
    difference whether the reading was broken off in between. Without a key nothing tells an item that comes twice from
    two that are equal, so only a whole page that comes again is left out.
    """
    if not items:
        return items, here
    report = here.report
    if call.key is None:
        whole = digest(items)
        if whole in here.pages:
            return [], replace(
                here, report=replace(report, repeats=report.repeats + 1, doubles=report.doubles + len(items))
            )
        return items, replace(here, pages=(*here.pages, whole))
    fresh, keys = _by_key(call.key, set(here.last), items)
    doubles = len(items) - len(fresh)
    repeats = report.repeats + (not fresh)
    report = replace(report, doubles=report.doubles + doubles, repeats=repeats)
    return fresh, replace(here, last=keys, report=report)


def _by_key(key: Callable[[Any], object], known: set[str], items: list[T]) -> tuple[list[T], tuple[str, ...]]:
    fresh: list[T] = []
    keys: dict[str, None] = {}
    for item in items:
        named = digest(key(item))
        if named not in known and named not in keys:
            fresh.append(item)
        keys[named] = None
    return fresh, tuple(keys)


def all_of(pages: Iterator[Page[T]], progress: Callable[[int], None] | None = None) -> Listed[T]:
    """The items of all pages, in order; ``progress`` is told after each how many there are."""
    found: list[T] = []
    report = PagingReport()
    for page in pages:
        if page.starts_over:
            found.clear()
        found += page.items
        report = page.report
        if progress is not None:
            progress(len(found))
    return Listed(found, report)
