"""How a law of the sandbox says no: a status, one of Microsoft's codes, and a sentence."""

from __future__ import annotations

from collections.abc import Mapping


class RefusalError(Exception):
    """A request that the service refuses; each service prints it in its own shape.

    ``code`` is a number in Partner Center and a word in Azure and at sign-in. ``headers`` go out with the answer.
    """

    def __init__(
        self,
        status: int,
        code: int | str,
        description: str,
        *,
        source: str = "PartnerFD",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} / {code}: {description}")
        self.status = status
        self.code = code
        self.description = description
        self.source = source
        self.headers = dict(headers or {})
