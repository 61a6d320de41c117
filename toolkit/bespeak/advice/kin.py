"""Which sizes a machine could become without being another kind of machine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from bespeak.catalogue import sizes

_NAME = re.compile(r"^Standard_([A-Z]+?)(\d+)(?:-(\d+))?([a-z]*)(?:_v(\d+))?$")
#: General purpose, compute and memory. Burstable ones live on credits that nobody has measured here, and what has its
#: own hardware (GPU, HPC, storage, confidential) is chosen for it.
_FAMILIES = frozenset({"D", "E", "F"})
#: The letters that another size must share: processor maker or kind (a, p), local disk (d), premium disks (s), isolated
#: (i), network (n) and storage (b) variants. With or without a local disk no machine is turned into the other kind
#: (Azure VM sizes with no local temporary disk, 2021). Small memory (l) may change: what fits is measured.
_KEPT = frozenset("apdsinb")


@dataclass(frozen=True, slots=True)
class Kin:
    """What of a size's facts decides whether it fits."""

    size: str
    group: str
    vcpus: int
    memory_gib: float
    version: int


def kin_of(size: str) -> tuple[Kin, ...]:
    """The sizes that a machine of this size could become, itself among them; alone when it is of a special kind.

    They share processor kind, local disk, premium disks and version, and have all their cores. Another version may need
    another image: from v6 on disks are attached by NVMe (*Enable NVMe FAQ*, 2025).

    >>> sorted(one.size for one in kin_of("Standard_D4s_v5"))[:3]
    ['Standard_D16ls_v5', 'Standard_D16s_v5', 'Standard_D2ls_v5']
    """
    parts = _NAME.match(size)
    own = _known().get(size)
    if own is None:
        return ()
    if parts is None or parts[1] not in _FAMILIES or parts[3]:
        return (own,)
    kept = _KEPT & set(parts[4])
    return tuple(one for one, letters in _plain() if letters == kept and one.version == own.version)


@cache
def _known() -> Mapping[str, Kin]:
    table = sizes()
    columns = (table[name] for name in ("size", "group", "vcpus", "memory_gib"))
    rows = zip(*columns, strict=True)
    return {
        str(size): Kin(
            str(size),
            group if isinstance(group, str) else f"size:{size}",
            int(vcpus),
            float(memory),
            _version(str(size)),
        )
        for size, group, vcpus, memory in rows
    }


@cache
def _plain() -> tuple[tuple[Kin, frozenset[str]], ...]:
    return tuple(_plain_ones())


def _plain_ones() -> Iterator[tuple[Kin, frozenset[str]]]:
    """The sizes of the plain families with all their cores, and their letters that must be kept."""
    for size, one in _known().items():
        parts = _NAME.match(size)
        if parts and parts[1] in _FAMILIES and not parts[3]:
            yield one, frozenset(_KEPT & set(parts[4]))


def _version(size: str) -> int:
    parts = _NAME.match(size)
    return int(parts[5] or 1) if parts else 0
