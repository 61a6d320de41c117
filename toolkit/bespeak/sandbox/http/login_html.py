"""The pages of the sign-in as HTML: no script, nothing from elsewhere, every text escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode, urlsplit

from bespeak.sandbox.http.exchange import Answer
from bespeak.sandbox.people import NAMES

_STYLE = (
    "body{font:16px sans-serif;max-width:34em;margin:3em auto}button{font:inherit;margin:.2em 0;width:100%}"
)
_TOP = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sandbox sign-in</title>'
    f"<style>{_STYLE}</style></head><body><h1>Sandbox sign-in</h1>"
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One button: who signs in ("" for nobody), with a second factor or not, and what the client is told."""

    principal: str
    mfa: bool
    told: Mapping[str, str]

    @property
    def words(self) -> str:
        """What stands on the button."""
        return words(self.principal, mfa=self.mfa)


def offered() -> Iterator[tuple[str, bool]]:
    """Who can be chosen: every invented person, and once more the first one without a second factor."""
    yield from ((name, True) for name in NAMES)
    yield next(iter(NAMES)), False


def words(principal: str, *, mfa: bool) -> str:
    """A person as a button names it."""
    if not principal:
        return "Do not sign in"
    name = next(full for one, full in NAMES.items() if one == principal)
    return f"{name} ({principal})" + ("" if mfa else ", without a second factor")


def choice(reply: str, choices: Sequence[Choice], *, first: str, form: bool) -> Answer:
    """The page with a button for each choice, the one of ``first`` on top; it answers to ``reply``."""
    ordered = sorted(choices, key=lambda one: one.principal != first)
    made = "".join(_button(reply, one) if form else _link(reply, one) for one in ordered)
    said = "<p>Everybody here is invented. Choose who signs in.</p>"
    address = urlsplit(reply)
    return _page(said + made, f"{address.scheme}://{address.netloc}")


def _button(reply: str, one: Choice) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in one.told.items()
    )
    return f'<form method="post" action="{escape(reply)}">{hidden}<button>{escape(one.words)}</button></form>'


def _link(reply: str, one: Choice) -> str:
    mark = "&" if urlsplit(reply).query else "?"
    return f'<p><a href="{escape(f"{reply}{mark}{urlencode(one.told)}")}">{escape(one.words)}</a></p>'


def device() -> Answer:
    """The page with a field for the code and a button for each person."""
    made = "".join(
        f'<button name="person" value="{name}{"" if mfa else "/"}">{escape(words(name, mfa=mfa))}</button>'
        for name, mfa in offered()
    )
    warned = (
        "<p>Enter a code only if you asked for it yourself, on a machine that you see. Whoever sends you a code "
        "wants to sign in as you.</p>"
    )
    field = '<p><label>Code <input name="user_code" autocomplete="off" required></label></p>'
    no = f'<button name="person" value="nobody">{words("", mfa=False)}</button>'
    return _page(f'{warned}<form method="post">{field}{made}{no}</form>', "'self'")


def done() -> Answer:
    """The page after the code was taken."""
    return _page("<p>Done. You can close this page.</p>", "'none'")


def _page(body: str, forms_to: str) -> Answer:
    rules = f"default-src 'none'; style-src 'unsafe-inline'; form-action {forms_to}; frame-ancestors 'none'"
    headers = {
        "Content-Security-Policy": rules,
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",  # with "no-referrer" a form would name no origin, and be refused
        "X-Content-Type-Options": "nosniff",
    }
    return Answer(f"{_TOP}{body}</body></html>".encode(), 200, headers, "text/html; charset=utf-8")
