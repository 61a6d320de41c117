"""Billing exports of Microsoft Graph: asked for, waited for, and fetched as files.

Sources: Microsoft Graph, *billedUsage: export*, *unbilledUsage: export*, *Get operation*, *manifest* (2024).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from bespeak.clients.call import Answer, Call
from bespeak.clients.ids import code
from bespeak.clients.reading import Item, having, one
from bespeak.clients.secret import Secret
from bespeak.errors import InputError, UnreadableError

Kind = Literal["usage", "reconciliation"]
Attributes = Literal["full", "basic"]

_ROOT = "/v1.0/reports/partners/billing"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_ID = re.compile(r"[A-Za-z0-9-]{1,80}")
_NEXT = "Ask for the export again."


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of an export: JSON lines, packed by gzip. ``tag`` changes when the data do."""

    id: str
    tag: str
    names: tuple[str, ...]
    root: str = field(repr=False)
    signature: Secret

    def links(self) -> dict[str, Secret]:
        """The address of each file by its name; whoever has it may read the file until it ends."""
        return {name: Secret(f"{self.root}/{name}?{self.signature.reveal()}") for name in self.names}


def export_unbilled(
    kind: Kind = "usage",
    period: Literal["current", "last"] = "current",
    *,
    currency: str = "USD",
    attributes: Attributes = "full",
) -> Call[Answer]:
    """Begins an export of what is not billed yet; of all attributes only ``full`` has the meters."""
    body = {"currencyCode": code(currency, "currency").upper(), "billingPeriod": period}
    return _export(f"{_ROOT}/{kind}/unbilled/export", body, attributes)


def export_billed(kind: Kind, invoice_id: str, *, attributes: Attributes = "full") -> Call[Answer]:
    """Begins an export of an invoice."""
    return _export(f"{_ROOT}/{kind}/billed/export", {"invoiceId": code(invoice_id, "invoice")}, attributes)


def _export(path: str, body: dict[str, Any], attributes: Attributes) -> Call[Answer]:
    """It changes nothing: asked twice, there are two exports of the same."""
    wanted = {**body, "attributeSet": attributes}
    return Call("export the usage", "graph", "POST", path, lambda answer: answer, body=wanted, safe=True)


def manifest_call(manifest_id: str) -> Call[Manifest]:
    """The files of an export, read apart."""
    if not _ID.fullmatch(manifest_id):
        raise InputError(f"'{manifest_id[:60]}' is not the id of an export.", _NEXT)
    return Call(
        "read the files of the export",
        "graph",
        "GET",
        f"{_ROOT}/manifests/{manifest_id}",
        lambda answer: read_manifest(one(answer)),
    )


def finished(answer: Answer) -> Manifest | Call[Manifest]:
    """The manifest that a finished export holds, or the call that reads it; for ``Transport.finish``."""
    told = one(answer)
    inside = told.get("resourceLocation")
    if isinstance(inside, dict):
        return read_manifest(inside)
    link = told.get("resourceLocation@odata.navigationLink")
    last = urlsplit(link).path.rpartition("/")[2] if isinstance(link, str) else ""
    if not _ID.fullmatch(last):
        raise UnreadableError("The finished export does not say where its files are.", _NEXT)
    return manifest_call(last)


def read_manifest(told: Item) -> Manifest:
    """A manifest from its JSON; raises ``UnreadableError`` for one that lacks a file it announces."""
    answer = Answer(200, {}, b"", told)
    having(answer, "id", "rootDirectory", "sasToken", "blobs")
    blobs = told["blobs"] if isinstance(told["blobs"], list) else []
    names = tuple(str(blob.get("name")) for blob in blobs if isinstance(blob, dict))
    announced = told.get("blobCount", len(names))
    if announced != len(names) or not all(_NAME.fullmatch(name) for name in names):
        raise UnreadableError(
            f"The export announces {announced} files and names {len(names)} that can be fetched.", _NEXT
        )
    return Manifest(
        id=str(told["id"]),
        tag=str(told.get("eTag", "")),
        names=names,
        root=str(told["rootDirectory"]).rstrip("/"),
        signature=Secret(str(told["sasToken"]).lstrip("?")),
    )
