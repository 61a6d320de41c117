"""What an application signs with its certificate to prove itself, dated by the clock of the service.

MSAL would date it by the clock of this machine, and a clock that is ten minutes off makes it worthless.
"""

from __future__ import annotations

import hashlib
import re
import ssl
from collections.abc import Callable, Mapping
from typing import Any

from msal.oauth2cli import JwtAssertionCreator  # type: ignore[import-untyped]  # it has no types

from bespeak.clients.secret import Secret
from bespeak.errors import InputError

_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----.+?-----END \1-----", re.DOTALL)
#: Seconds for which an assertion is good.
_GOOD_FOR = 600


def signing(pem: Secret, now: Callable[[], float]) -> Callable[[Mapping[str, Any]], str]:
    """Signs for MSAL with a certificate and its key, both in one PEM text; ``now`` is the time of the service.

    Raises ``InputError`` for a text that is not both.
    """
    blocks = {found[1]: found[0] for found in _BLOCK.finditer(pem.reveal())}
    key = next((Secret(text) for kind, text in blocks.items() if kind.endswith("PRIVATE KEY")), None)
    if key is None or "CERTIFICATE" not in blocks:
        raise _not_both()
    try:
        print_of_it = hashlib.sha256(ssl.PEM_cert_to_DER_cert(blocks["CERTIFICATE"])).hexdigest()
    except ValueError:
        raise _not_both() from None

    def sign(context: Mapping[str, Any]) -> str:
        creator = JwtAssertionCreator(key.reveal(), "PS256", sha256_thumbprint=print_of_it)
        at = int(now())
        signed: bytes = creator.create_normal_assertion(
            context["token_endpoint"],
            context["client_id"],
            issued_at=at,
            not_before=at,
            expires_at=at + _GOOD_FOR,
        )
        return signed.decode("ascii")

    return sign


def _not_both() -> InputError:
    return InputError(
        "What is stored is not a certificate with its private key.", "Store both as one PEM text."
    )
