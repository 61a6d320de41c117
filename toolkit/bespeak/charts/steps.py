"""What a chart of usage is drawn from."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]


class Steps(Protocol):
    """Usage step by step: ``edges`` are hours since 1970; ``known`` has a row a key; the others are of all keys."""

    @property
    def edges(self) -> npt.NDArray[np.int64]:
        """Where each step begins, and where the last one ends."""

    @property
    def keys(self) -> tuple[str, ...]:
        """What the rows are of."""

    @property
    def known(self) -> Values:
        """What certainly was in its step."""

    @property
    def spread(self) -> Values:
        """What was in the day of its step, spread over it."""

    @property
    def most(self) -> Values:
        """What can have been at most."""

    @property
    def aside(self) -> Values:
        """What is set aside."""

    @property
    def world(self) -> str:
        """The name of the world."""
