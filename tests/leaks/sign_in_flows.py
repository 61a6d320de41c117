"""The ways to sign in with Entra ID, before a service that is a function: let in, refused, broken in the middle."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flows import Bench
from msal_extensions.persistence import PersistenceNotFound
from secrets_seen import CANARIES
from service_flows import centre, form_of, jwt, streaming

from bespeak.clients.entra.applications import AppOnlySignIn
from bespeak.clients.entra.clock import ServiceClock
from bespeak.clients.entra.clouds import cloud
from bespeak.clients.entra.http import EntraHttp
from bespeak.clients.entra.tokens import EntraTokens
from bespeak.clients.entra.ways import DeviceCodeSignIn
from bespeak.clients.key_store import KeyStore
from bespeak.clients.secret import Secret

TENANT, CLIENT = "partner.example", "11111111-1111-4111-8111-111111111111"
#: What the token endpoint says, by the name of the end.
REFUSALS = {
    "a second factor is wanted": ("interaction_required", "AADSTS50076: multi-factor", '{"access_token":{}}'),
    "the secret has ended": (
        "invalid_client",
        "AADSTS7000222: The provided client secret keys are expired.",
        "",
    ),
    "the refresh token has ended": ("invalid_grant", "AADSTS700082: The refresh token has expired", ""),
    "blocked": ("access_denied", "AADSTS53003: Blocked by conditional access", ""),
}


#: What the encrypted places hold, by their names.
_KEPT: dict[str, str] = {}


class Disk:
    """A place that counts as encrypted; only itself knows what is in it."""

    is_encrypted = True

    def __init__(self, path: str) -> None:
        self._path = path

    def save(self, content: str) -> None:
        _KEPT[self._path] = content

    def load(self) -> str:
        if self._path not in _KEPT:
            raise PersistenceNotFound(location=self._path)
        return _KEPT[self._path]

    def time_last_modified(self) -> float:
        return time.time()

    def get_location(self) -> str:
        return self._path


def certificate() -> tuple[str, str]:
    """A certificate with its key as one PEM text, and a line of the key: the canary of it."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "canary")])

    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(7).not_valid_before(start).not_valid_after(start + timedelta(days=900))
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()
    public = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
    return pem + public, pem.splitlines()[5]


class Service:
    """The sign-in service: its addresses, a device code, tokens that are canaries, or a refusal."""

    def __init__(self, refusal: str = "", *, broken: str = "") -> None:
        self.refusal, self.broken = refusal, broken

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if "openid-configuration" in path:
            base = f"https://{request.url.host}/{TENANT}"
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token"}
            names["device_authorization_endpoint"] = "devicecode"
            told = {name: f"{base}/oauth2/v2.0/{end}" for name, end in names.items()}
            return httpx.Response(200, json=told | {"issuer": base})
        if path.endswith("devicecode"):
            code = CANARIES["device code"]
            told = {"device_code": code, "user_code": code, "expires_in": 900, "interval": 1, "message": code}
            told["verification_uri"] = f"https://{request.url.host}/device"
            return httpx.Response(200, json=told)
        return self._token(request)

    def _token(self, request: httpx.Request) -> httpx.Response:
        if self.broken == "line":
            raise httpx.ReadError("reset", request=request)
        if self.broken == "page":
            return httpx.Response(200, content=f"<html>{CANARIES['refresh token']}</html>".encode())
        if self.refusal:
            error, words, claims = REFUSALS[self.refusal]
            told = {
                "error": error,
                "error_description": f"{words} {form_of(request).get('client_secret', '')}",
            }
            told["correlation_id"] = "22222222-2222-4222-8222-222222222222"
            return httpx.Response(400, json=told | ({"claims": claims} if claims else {}))
        scope = form_of(request).get("scope", "")
        who = {"oid": "o", "tid": "t", "preferred_username": "me@partner.example", "amr": ["pwd", "mfa"]}
        told = {"token_type": "Bearer", "expires_in": 3600, "refresh_token": CANARIES["refresh token"]}
        told["id_token"] = jwt(
            CANARIES["id token"], aud=CLIENT, sub="s", **{k: v for k, v in who.items() if k != "amr"}
        )
        told["client_info"] = "eyJ1aWQiOiJvIiwidXRpZCI6InQifQ"
        told["access_token"] = jwt(_audience(scope), **who)
        return httpx.Response(200, json=told)


def _audience(scope: str) -> str:
    kinds = {
        "management": "token for Azure",
        "graph": "token for Graph",
        "partner.microsoft": "token for price sheets",
    }
    return CANARIES[next((name for part, name in kinds.items() if part in scope), "token for Partner Center")]


def tokens(folder: Path, service: Callable[[httpx.Request], httpx.Response], way: Any) -> EntraTokens:
    """The real tokens before such a service, with secrets in a store."""
    http = httpx.Client(transport=streaming(service), trust_env=False)
    asked = EntraHttp(cloud("global"), http, ServiceClock(time.time, time.monotonic), sleep=lambda _: None)
    store = KeyStore(folder, Disk)
    store.store_secret("client-secret", Secret(CANARIES["client secret"]))
    store.store_secret("certificate", Secret(PEM))
    return EntraTokens(asked, TENANT, CLIENT, way=way, store=store)


PEM, KEY_LINE = certificate()


def sign_ins(on: Bench) -> None:
    """Every way with every end, tokens for all services, and what is kept of them."""
    on.secrets["certificate key"] = KEY_LINE
    shown: list[str] = []
    ways = {
        "application with a secret": AppOnlySignIn(),
        "application with a certificate": AppOnlySignIn(certificate="certificate"),
        "device code": DeviceCodeSignIn(shown.append, lambda _: None),
    }
    ends = {"let in": Service(), "broken line": Service(broken="line"), "no JSON": Service(broken="page")}
    ends |= {name: Service(name) for name in REFUSALS}
    for way_name, way in ways.items():
        for end_name, service in ends.items():
            flow = f"sign in, {way_name}, {end_name}"
            held = tokens(on.home / "keys", service, way)
            on.flow(flow, lambda held=held: _asked(held))
            on.notes.put_value(flow, "tokens", held)
            on.notes.put_value(flow, "way", way)
            on.notes.put_value(flow, "store", held._store)
    on.notes.put(
        "sign in", "what is kept in the open", "\n".join(p.read_text("latin-1") for p in _files(on.home))
    )
    if not any(CANARIES["device code"] in text for text in shown):
        raise AssertionError("The device code must be shown to the person, or the test shows nothing.")


def _asked(held: EntraTokens) -> str:
    person = held.sign_in()
    door = centre(lambda _: httpx.Response(200, json={}))
    given = [held.token(service, door) for service in ("partner_center", "price_sheets", "arm", "graph")]
    repeated = f"{person} {given} {held!r}"
    held.sign_out()
    return repeated


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]
