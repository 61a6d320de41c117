"""What Entra ID's refusals mean: one sentence, what follows for money, who must act, and the next step."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bespeak.errors import SignInError

#: What a refused sign-in means for money.
NOTHING_BOUGHT = "Nothing was sent to Partner Center or Azure, and nothing was bought."
_CODE = re.compile(r"AADSTS(\d{4,9})\b")
_WORD = re.compile(r"[a-z_]{1,40}")
_CORRELATION = re.compile(r"[0-9A-Za-z-]{1,64}")
_LONGEST_CLAIMS = 4096


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one code means, who must act, what to do, and whether a new sign-in by a person can help."""

    what: str
    who: str
    next: str
    person: bool


_UNKNOWN = Meaning(
    "Entra ID refused it",
    "you",
    "Sign in again; if it stays so, give your administrator the code.",
    person=True,
)


def explain(result: Mapping[str, Any], also: str = "") -> SignInError:
    """The error for an answer of the token endpoint that holds no token; it repeats nothing secret of it.

    ``also`` is one more sentence, as that the clock of this machine is wrong.
    """
    code, word = code_of(result), _word_of(result)
    meaning = _meanings().get(code) or _meanings().get(word) or _UNKNOWN
    by_whom = (
        f"{meaning.who[0].upper()}{meaning.who[1:]} must act: "
        if meaning.who not in {"you", "nobody"}
        else ""
    )
    named = code or word
    what = f"You are not signed in: {meaning.what}{f' ({named})' if named else ''}. {NOTHING_BOUGHT}"
    step = f"{by_whom}{meaning.next} {also}".strip()
    return SignInError(
        what, step, code=named, claims=_claims_of(result), correlation_id=_correlation_of(result)
    )


def needs_a_person(error: SignInError) -> bool:
    """Whether a new sign-in by a person can help; asking again without one cannot."""
    return _meanings().get(error.code, _UNKNOWN).person


def nobody() -> SignInError:
    """The error where nobody has signed in yet."""
    return SignInError(f"Nobody is signed in. {NOTHING_BOUGHT}", "Sign in, then repeat this.")


def renewed_error(error: SignInError, step: str = "") -> SignInError:
    """The same error anew, without the frames of the first one, perhaps with another next step."""
    told = step or error.next_step.partition(" (correlation id")[0]
    return SignInError(
        error.what, told, code=error.code, claims=error.claims, correlation_id=error.correlation_id
    )


def code_of(result: Mapping[str, Any]) -> str:
    """Entra ID's number for a refusal, as "AADSTS50076"; "" when there is none."""
    codes = result.get("error_codes")
    numbers = [one for one in codes if isinstance(one, int)] if isinstance(codes, list) else []
    if numbers:
        return f"AADSTS{numbers[0]}"
    found = _CODE.search(str(result.get("error_description", "")))
    return found[0] if found else ""


def _word_of(result: Mapping[str, Any]) -> str:
    word = str(result.get("error", ""))
    return word if _WORD.fullmatch(word) else ""


def _claims_of(result: Mapping[str, Any]) -> str:
    """What a new sign-in must satisfy: a JSON object as text, "" for anything else."""
    claims = result.get("claims")
    if not isinstance(claims, str) or len(claims) > _LONGEST_CLAIMS:
        return ""
    try:
        told = json.loads(claims)
    except (ValueError, RecursionError):
        return ""
    return claims if isinstance(told, dict) else ""


def _correlation_of(result: Mapping[str, Any]) -> str:
    told = str(result.get("correlation_id") or "")
    return told if _CORRELATION.fullmatch(told) else ""


@cache
def _meanings() -> Mapping[str, Meaning]:
    text = files("bespeak.clients.entra").joinpath("errors.toml").read_text(encoding="utf-8")
    return {code: Meaning(**told) for code, told in tomllib.loads(text).items()}
