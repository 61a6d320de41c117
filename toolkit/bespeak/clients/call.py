"""A call is a value: what would be asked, and how to read the answer. Nothing here sends anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

#: Which host a call goes to: the token endpoint, Partner Center, the price sheet host, Azure Resource Manager,
#: Microsoft Graph, the sandbox's own control.
Service = Literal["login", "partner_center", "price_sheets", "arm", "graph", "control"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the HTTP status, the headers (lower-case names), the raw body and, for JSON, what it says.

    Numbers with a fraction are ``Decimal``. No text form shows more than the status: a sign-in answers with tokens, a
    list with signed links.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    json: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request of one endpoint.

    ``path`` starts with ``/v1/`` (or the service's own root). ``name`` is what an error calls it: "list customers".
    ``safe`` says that asking twice does no harm; it is true for GET, and for a POST that only asks.
    ``form`` is sent instead of ``body`` by a sign-in; it holds secrets, so no text form shows it.
    ``timeout_seconds`` is how long one try waits for the next byte.
    ``request_id`` is the ``MS-RequestId`` where the journal has one for it (a GUID, the same for every sending of one
    intent); without it each call gets a new one. ``tenant`` is the directory whose token it takes: the customer's for
    calls to Azure about one customer, "" for the partner's own.
    ``key`` gives what makes an item of a list itself and no other; without it only whole pages are known again.
    ``total`` gives how many items there are on all pages, where the service says that: ``totalCount`` of Partner Center
    is the length of the page (Microsoft's .NET SDK, 2023-06).
    """

    name: str
    service: Service
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    read: Callable[[Answer], T]
    params: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    safe: bool | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    timeout_seconds: float = 30.0
    request_id: str = ""
    tenant: str = ""
    key: Callable[[Any], object] | None = None
    total: Callable[[Answer], int | None] | None = None

    @property
    def is_safe(self) -> bool:
        """Whether the call changes nothing, so that it may be repeated."""
        return self.method == "GET" if self.safe is None else self.safe


class Door(Protocol):
    """What sends calls: the transport, or a recorder that only writes them down."""

    def send(self, call: Call[T]) -> T:
        """The answer to one call, read."""
        ...

    def collect(self, call: Call[list[T]], progress: Callable[[int], None] | None = None) -> list[T]:
        """The items of all pages of a list call, in order.

        ``progress`` is told after each page how many there are so far; what it raises ends the reading.
        """
        ...
