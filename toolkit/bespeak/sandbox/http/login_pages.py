"""What a client asks before a token: where the endpoints are, the page on which a person chooses who signs in, codes.

The pages have no script. A button sends the code straight to the address of the client on this machine; the code is
worth nothing without the verifier that only the client has (PKCE), and without the token of the world.
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from bespeak.sandbox.http import login_html
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, plain
from bespeak.sandbox.http.login_grants import check_known
from bespeak.sandbox.http.shapes import login as shapes
from bespeak.sandbox.ids import guid
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.roles import principal_of
from bespeak.sandbox.world import World

#: Seconds that a code of the page can be redeemed, and that a device code waits.
CODE_LIFE, DEVICE_LIFE = 600.0, 900
#: Letters of a code that a person types; none that look alike.
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def discovery(ask: Ask, _world: World) -> Answer:
    """Where the endpoints of a tenant are."""
    tenant, base = ask.args["tenant"], f"{ask.root}/login"
    told: shapes.Discovery = {
        "issuer": f"{base}/{tenant}/v2.0",
        "authorization_endpoint": f"{base}/{tenant}/oauth2/v2.0/authorize",
        "token_endpoint": f"{base}/{tenant}/oauth2/v2.0/token",
        "device_authorization_endpoint": f"{base}/{tenant}/oauth2/v2.0/devicecode",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
    }
    return plain(told)


def authorize(ask: Ask, _world: World) -> Answer:
    """The page on which a person chooses who signs in, with a code behind each button."""
    _check_request(ask)
    hint = ask.query.get("login_hint", "").partition("@")[0]
    return login_html.choice(ask.query["redirect_uri"], _answers(ask), first=hint, form=_by_form(ask))


def _answers(ask: Ask) -> list[login_html.Choice]:
    """What each button sends: a code for one person, with a second factor or without, or that nobody signs in."""
    state = {"state": ask.query["state"]} if ask.query.get("state") else {}
    choices = [
        login_html.Choice(name, mfa, {"code": _code(ask, name, mfa=mfa), **state})
        for name, mfa in login_html.offered()
    ]
    said = {"error": "access_denied", "error_description": "AADSTS65004: The person declined."}
    return [*choices, login_html.Choice("", False, {**said, **state})]


def _code(ask: Ask, name: str, *, mfa: bool) -> str:
    query = ask.query
    told = {"principal": name, "mfa": mfa, "redirect": query["redirect_uri"], "client": query["client_id"]}
    told |= {"challenge": query["code_challenge"], "nonce": query.get("nonce", "")}
    told["scope"] = query.get("scope", "")
    return ask.seat.tokens.seal("code", told, CODE_LIFE)


def _by_form(ask: Ask) -> bool:
    return ask.query.get("response_mode", "query") == "form_post"


def _check_request(ask: Ask) -> None:
    for name in ("client_id", "redirect_uri", "code_challenge"):
        if not ask.query.get(name):
            what = f"AADSTS900144: The request must contain the following parameter: '{name}'."
            raise RefusalError(400, "invalid_request", what)
    reply = urlsplit(ask.query["redirect_uri"])
    if reply.scheme != "http" or reply.netloc.rpartition(":")[0].lower() not in _LOOPBACK:
        what = "AADSTS50011: The reply address is not one of this machine with a port (http://localhost:...)."
        raise RefusalError(400, "invalid_request", what)
    if ask.query.get("response_type") != "code":
        raise RefusalError(400, "unsupported_response_type", "AADSTS70005: Only 'code' is offered here.")
    if ask.query.get("code_challenge_method") != "S256":
        raise RefusalError(400, "invalid_request", "AADSTS501491: Only the code challenge S256 is taken.")


def begin_device(ask: Ask, _world: World) -> Answer:
    """A code for a person to enter on another page, and one for the client to ask with."""
    check_known(ask)
    tokens, scope = ask.seat.tokens, ask.form.get("scope", "")
    number = int(guid("device", tokens.seal("count", {}, 1)).replace("-", ""), 16)
    user_code = "".join(_LETTERS[number // 20**place % 20] for place in range(8))
    tokens.devices.begin(user_code, tokens.now() + DEVICE_LIFE, tokens.now())
    where = f"{ask.root}/login/common/oauth2/deviceauth"
    told: shapes.DeviceCode = {
        "device_code": tokens.seal("device", {"user_code": user_code, "scope": scope}, DEVICE_LIFE),
        "user_code": user_code,
        "verification_uri": where,
        "expires_in": DEVICE_LIFE,
        "interval": 5,
        "message": f"To sign in, open {where} in a browser and enter the code {user_code}.",
    }
    return plain(told)


def device_page(_ask: Ask, _world: World) -> Answer:
    """The page on which a person enters the code and chooses who signs in."""
    return login_html.device()


def approve_device(ask: Ask, _world: World) -> Answer:
    """Signs the chosen person in for the code that was entered."""
    tokens, name = ask.seat.tokens, ask.form.get("person", "")
    waiting = tokens.devices.of(ask.form.get("user_code", ""), tokens.now())
    if waiting is None:
        raise RefusalError(400, "bad_verification_code", "AADSTS70018: No sign-in waits under this code.")
    if name == "nobody":
        waiting.declined = True
    else:
        waiting.principal = principal_of(name.removesuffix("/"))
        waiting.mfa = not name.endswith("/")
    return login_html.done()


_TESTS = "test_sandbox_sign_in_pages.py::"
_HTML = "text/html"
_ASKED = ("client_id", "response_type", "redirect_uri", "code_challenge", "code_challenge_method")
_MAY_ASK = ("scope", "state", "nonce", "login_hint", "prompt", "claims")
ROUTES = (
    Route(
        "GET",
        "/<tenant>/v2.0/.well-known/openid-configuration",
        discovery,
        about=About(
            "OpenID Connect on the Microsoft identity platform",
            "D",
            {200: shapes.Discovery},
            f"{_TESTS}test_a_client_finds_the_endpoints",
        ),
    ),
    Route(
        "GET",
        "/<tenant>/oauth2/v2.0/authorize",
        authorize,
        about=About(
            "Microsoft identity platform and OAuth 2.0 authorization code flow",
            "D",
            {200: _HTML},
            f"{_TESTS}test_the_page_offers_a_code_for_each_person",
            query=(
                *(Query(name, needed=True) for name in _ASKED),
                *(Query(name) for name in _MAY_ASK),
                Query("response_mode", Literal["query", "form_post"]),
            ),
            errors=((400, "invalid_request"), (400, "unsupported_response_type")),
        ),
    ),
    Route(
        "POST",
        "/<tenant>/oauth2/v2.0/devicecode",
        begin_device,
        about=About(
            "Microsoft identity platform and the OAuth 2.0 device authorization grant flow",
            "D",
            {200: shapes.DeviceCode},
            f"{_TESTS}test_a_device_code_signs_in_whom_the_person_chose",
            takes=shapes.DeviceForm,
            errors=((401, "invalid_client"),),
        ),
    ),
    Route(
        "GET",
        "/common/oauth2/deviceauth",
        device_page,
        about=About(
            "The page for a device code",
            "OWN",
            {200: _HTML},
            f"{_TESTS}test_a_device_code_signs_in_whom_the_person_chose",
        ),
    ),
    Route(
        "POST",
        "/common/oauth2/deviceauth",
        approve_device,
        about=About(
            "Enter a device code",
            "OWN",
            {200: _HTML},
            f"{_TESTS}test_a_device_code_signs_in_whom_the_person_chose",
            takes=shapes.DeviceChoice,
            errors=((400, "bad_verification_code"), (400, "invalid_grant")),
        ),
    ),
)
