"""A request and an answer as values, and a route as a line in a table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bespeak.sandbox.http.hall import Hall, Seat
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.roles import Need, Principal
from bespeak.sandbox.world import World

_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, and who asks: ``tenant`` and ``principal`` are those of the token.

    ``query`` and ``headers`` have lower-case keys; so have the members of a JSON body, at any depth.
    """

    method: str
    path: str
    args: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    raw: bytes = b""
    tenant: str = ""
    user: bool = False
    mfa: bool = False
    principal: Principal = "app"
    pause: Callable[[], None] = lambda: None
    #: The address below which the services of this world answer, without a slash at its end; for absolute links.
    root: str = ""
    at: tuple[Hall, Seat] | None = None

    @property
    def hall(self) -> Hall:
        """The worlds of this server."""
        assert self.at is not None
        return self.at[0]

    @property
    def seat(self) -> Seat:
        """The world that is asked, with its tokens."""
        assert self.at is not None
        return self.at[1]

    def body(self) -> dict[str, Any]:
        """The JSON object of the body, refused with 400 / 800002 when it is none."""
        try:
            folded = _folded(json.loads(self.raw.decode("utf-8-sig")))
            if b"\\u" in self.raw:
                dumps(folded)  # Half a pair of surrogates is no character: no answer could repeat it.
        except (ValueError, RecursionError) as error:
            raise RefusalError(400, 800002, "The body of the request is not JSON.") from error
        if not isinstance(folded, dict):
            raise RefusalError(400, 800002, "The body of the request is not a JSON object.")
        return folded

    def need(self, name: str) -> str:
        """A query parameter that must be there, or 400 / 2001."""
        if not self.query.get(name):
            raise RefusalError(
                400, 2001, f"Query parameter '{name}' is missing.", source="PartnerApiServiceControllers"
            )
        return self.query[name]


def _folded(value: object) -> object:
    if isinstance(value, dict):
        return {str(key).lower(): _folded(inner) for key, inner in value.items()}
    return [_folded(inner) for inner in value] if isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. ``marked``: a success body of Partner Center, which begins with a byte order mark."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=utf-8"
    marked: bool = False

    def on_the_wire(self, *, byte_order_mark: bool) -> bytes:
        """The bytes that are sent."""
        return _MARK + self.body if self.marked and self.body and byte_order_mark else self.body


Handler = Callable[[Ask, World], Answer]


@dataclass(frozen=True, slots=True)
class Query:
    """A query parameter: its name as Microsoft spells it, its type (or a ``Literal``), whether it must be there."""

    name: str
    kind: Any = str
    needed: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """What is known of an operation: for the coverage page and for the OpenAPI description.

    ``title`` is its name in Microsoft's documentation, ``sure`` the confidence marks of its sources. ``returns`` maps
    each success status to the type of its body (a ``TypedDict``, ``list[...]``), a content type as text, or None for no
    body; ``takes`` is the type of the request body. ``errors`` are the (status, code) pairs that its laws give,
    ``states`` the values of state members, ``test`` the test that holds it (file::name below ``tests/sandbox``).
    """

    title: str
    sure: str
    returns: Mapping[int, Any]
    test: str
    takes: Any = None
    query: tuple[Query, ...] = ()
    errors: tuple[tuple[int, int | str], ...] = ()
    states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """Where a handler answers: ``path`` in lower case, ``<name>`` for a variable part.

    ``user``: only for an app+user token. ``needs``: what the role of that user must allow (Partner Center, prices).
    ``catalogue``: echoed headers are doubled. ``once``: a repeat with the same MS-RequestId gets the first
    answer (a text: while the switch of this name is on). ``locked``: the handler runs with the lock of the world held.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    handler: Handler
    user: bool = False
    needs: Need = "read"
    catalogue: bool = False
    once: bool | str = False
    locked: bool = True
    about: About | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """One host of Microsoft's: its prefix in the sandbox, the audience of its tokens, its routes, its error shape."""

    name: str
    prefix: str
    audience: str
    routes: tuple[Route, ...]
    show_refusal: Callable[[RefusalError], Answer]


def dumps(value: object) -> bytes:
    """Compact JSON, other alphabets unescaped."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def item(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """A single resource of Partner Center."""
    return Answer(dumps(value), status, headers or {}, marked=True)


def plain(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """JSON without a byte order mark: the catalogue, Azure, sign-in, the control."""
    return Answer(dumps(value), status, headers or {})


def link(uri: str, method: str = "GET") -> dict[str, Any]:
    """A link; its address is relative and without ``/v1``."""
    return {"uri": uri, "method": method, "headers": []}


def collection(items: list[Any], *, links: dict[str, Any] | None = None) -> dict[str, Any]:
    """The envelope of a list that fits one page; ``totalCount`` is the number of items in the page."""
    body: dict[str, Any] = {"totalCount": len(items), "items": items}
    if links is not None:
        body["links"] = links
    return body | {"attributes": {"objectType": "Collection"}}


def show_partner_center(refusal: RefusalError) -> Answer:
    """An error of Partner Center: the code is a number, ``data`` an empty list."""
    body: dict[str, object] = {
        "code": refusal.code,
        "description": refusal.description[:1024],
        "data": [],
        "source": refusal.source,
    }
    return Answer(dumps(body), refusal.status, refusal.headers)


def show_azure(refusal: RefusalError) -> Answer:
    """An error of Azure Resource Manager, also used by the control routes."""
    body = {"error": {"code": str(refusal.code), "message": refusal.description}}
    return Answer(dumps(body), refusal.status, refusal.headers)


def show_sign_in(refusal: RefusalError) -> Answer:
    """An error of the token endpoint."""
    body: dict[str, object] = {"error": refusal.code, "error_description": refusal.description}
    return Answer(dumps(body), refusal.status, refusal.headers)
