"""Exports of billing data: asked for, worked on, ready for a while (Microsoft Graph, *partner billing: export*).

What an export holds is decided by the instant at which it was asked for. The world remembers only the question.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bespeak.sandbox.ids import Ids, guid
from bespeak.sandbox.switches import Switches

Kind = Literal["usage", "reconciliation"]
Attributes = Literal["full", "basic"]
Status = Literal["notStarted", "running", "succeeded", "failed"]

#: However rarely it is looked at, an export is finished after this long.
_LASTS = timedelta(minutes=10)
#: The oldest exports are forgotten.
_KEPT = 1_000


@dataclass(slots=True)
class Export:
    """One export. An ``invoice_id``, or a ``currency`` and a ``period`` (current or last) of what is not billed yet.

    ``looks`` counts how often somebody asked how far it is; ``finished`` is when it was seen to be done.
    """

    id: str
    kind: Kind
    created: datetime
    attributes: Attributes
    invoice_id: str = ""
    currency: str = ""
    period: str = ""
    looks: int = 0
    finished: datetime | None = None
    empty: bool = False

    @property
    def manifest_id(self) -> str:
        """The id of the list of its files."""
        return guid("manifest", self.id)

    @property
    def folder(self) -> str:
        """The container of its files."""
        return self.manifest_id.replace("-", "")


@dataclass(slots=True)
class ExportState:
    """All exports by id, oldest first."""

    exports: dict[str, Export] = field(default_factory=dict)


class Exports:
    """The exports of one world."""

    def __init__(self, state: ExportState, switches: Switches, ids: Ids) -> None:
        self._state = state
        self._switches = switches
        self._ids = ids

    def add(self, export: Export) -> Export:
        """Begins an export; its id is given here."""
        export.id = self._ids.guid("export")
        self._state.exports[export.id] = export
        if len(self._state.exports) > _KEPT:
            del self._state.exports[next(iter(self._state.exports))]
        return export

    def find(self, export_id: str) -> Export | None:
        """The export of this id in any case."""
        return self._state.exports.get(export_id.lower())

    def of_manifest(self, manifest_id: str) -> Export | None:
        """The finished export with this manifest, by its id with or without hyphens."""
        wanted = manifest_id.lower().replace("-", "")
        return next((one for one in self._state.exports.values() if one.folder == wanted and done(one)), None)

    def look(self, export: Export, now: datetime, *, empty: bool) -> Status:
        """How far it is; each look brings it closer to its end. ``empty``: there is nothing to export."""
        if export.finished is None:
            export.looks += 1
            if export.looks > self._switches.export_looks or now - export.created >= _LASTS:
                export.finished, export.empty = now, empty
        if export.finished is not None:
            return "failed" if export.empty else "succeeded"
        return "notStarted" if export.looks == 1 else "running"

    def ends(self, export: Export) -> datetime:
        """Until when its files can be read."""
        return (export.finished or export.created) + timedelta(minutes=self._switches.export_sas_minutes)


def done(export: Export) -> bool:
    """Whether its files are there."""
    return export.finished is not None and not export.empty
