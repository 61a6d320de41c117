"""Errors that leave the sender tell where they were, and nothing of what the code held there.

A traceback keeps every local variable alive, a token or the body of a sign-in among them; IPython's ``%xmode Verbose``,
a debugger and a crash reporter print them.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_locals() -> Iterator[None]:
    """Lets an error of any kind through, after its frames, and those of what led to it, have lost their variables."""
    try:
        yield
    except BaseException as error:
        forget_locals(error)
        raise


def forget_locals(error: BaseException) -> None:
    """Empties the frames that have ended, of the error and of all that led to it; files and lines stay."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        traceback.clear_frames(one.__traceback__)
        waiting += [one.__cause__, one.__context__]
