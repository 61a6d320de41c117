"""What Azure says about a size in a region: flexibility, meters, prices; read from the sample data when first asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from bespeak.sandbox.ids import guid
from bespeak.sandbox.sample import rows


@dataclass(frozen=True, slots=True)
class Size:
    """A VM size. ``group`` is empty and ``ratio`` 1 for a size without flexibility: it only covers itself."""

    name: str
    series: str
    vcpus: int
    memory_gib: str
    group: str
    ratio: float
    #: The family whose cores a quota counts together (D-512).
    quota_family: str = ""
    #: ``x64`` or ``Arm64``.
    architecture: str = "x64"


@dataclass(frozen=True, slots=True)
class Meter:
    """What one size in one region is billed on, and the meter of an hour that a reservation covers."""

    id: str
    name: str
    subcategory: str
    reservation_id: str


@dataclass(frozen=True, slots=True)
class Price:
    """List prices in ``currency``: an hour at pay-as-you-go, a whole term reserved (None: not offered)."""

    region: str
    size: str
    os: str
    currency: str
    hour: Decimal
    one_year: Decimal | None
    three_years: Decimal | None
    as_of: str
    #: An hour under a savings plan of one and of three years (None: such a plan does not cover it).
    plan_one_year: Decimal | None = None
    plan_three_years: Decimal | None = None

    def plan_hour(self, term: str) -> Decimal | None:
        """An hour under a savings plan of this term."""
        return self.plan_one_year if term == "P1Y" else self.plan_three_years


class Facts:
    """The tables of sizes, regions, markets, meters and prices, each read once, on first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def sizes(self) -> Mapping[str, Size]:
        """Every known size by its lower-case name."""
        return {
            size.name.lower(): size for size in map(_size, rows(self._folder / "reference" / "sizes.csv"))
        }

    @cached_property
    def billing_regions(self) -> Mapping[str, str]:
        """The billing name ("PL Central") of each region."""
        return {r["region"]: r["billing_region"] for r in rows(self._folder / "reference" / "regions.csv")}

    @cached_property
    def region_names(self) -> Mapping[str, str]:
        """The name for people ("Poland Central") of each region."""
        return {r["region"]: r["display_name"] for r in rows(self._folder / "reference" / "regions.csv")}

    @cached_property
    def currencies(self) -> Mapping[str, str]:
        """The billing currency of each country that a partner may sell to."""
        return {r["country"]: r["currency"] for r in rows(self._folder / "reference" / "markets.csv")}

    @cached_property
    def rates(self) -> Mapping[str, Decimal]:
        """Units of each currency for one US dollar; dollars alone where the figures have no such table."""
        table = self._folder / "reference" / "currencies.csv"
        known = {r["currency"]: Decimal(r["per_usd"]) for r in rows(table)} if table.is_file() else {}
        return {"USD": Decimal(1)} | known

    @cached_property
    def prices(self) -> tuple[Price, ...]:
        """All prices, in the order of the table."""
        return tuple(map(_price, rows(self._folder / "demo" / "prices.csv")))

    @cached_property
    def price_of(self) -> Mapping[tuple[str, str, str], Price]:
        """The price of a region, a size and an operating system."""
        return {(price.region, price.size, price.os): price for price in self.prices}

    @cached_property
    def _meters(self) -> Mapping[tuple[str, str], Meter]:
        table = rows(self._folder / "demo" / "meters.csv")
        return {(r["region"], r["size"]): _meter(r) for r in table}

    def meter(self, region: str, size: str) -> Meter:
        """The meter of a size in a region; a size that no table knows is still billed on something."""
        known = self._meters.get((region, size))
        if known is not None:
            return known
        name = size.removeprefix("Standard_").replace("_", " ")
        return Meter(guid("meter", region, size), name, "", guid("reservation meter", region, size))

    def flexibility(self, size: str) -> tuple[str, float]:
        """The flexibility group and ratio; a size without flexibility is a group of its own with ratio 1."""
        known = self.sizes.get(size.lower())
        return (known.group, known.ratio) if known and known.group else (f"size:{size.lower()}", 1.0)


def windows_meter(meter: Meter) -> Meter:
    """The meter of the same size with a Windows licence in its price."""
    return Meter(
        guid("windows", meter.id), meter.name, f"{meter.subcategory} Windows".strip(), meter.reservation_id
    )


def _size(row: dict[str, str]) -> Size:
    ratio = float(row["ratio"]) if row["ratio"] else 1.0
    return Size(
        row["size"],
        row["series"],
        int(row["vcpus"]),
        row["memory_gib"],
        row["group"],
        ratio,
        row["quota_family"],
        row["cpu_architecture"],
    )


def _meter(row: dict[str, str]) -> Meter:
    return Meter(row["meter_id"], row["meter_name"], row["meter_subcategory"], row["reservation_meter_id"])


def _price(row: dict[str, str]) -> Price:
    return Price(
        row["region"],
        row["size"],
        row["os"],
        row["currency"],
        Decimal(row["payg_per_hour"]),
        _amount(row["reservation_1y_total"]),
        _amount(row["reservation_3y_total"]),
        row["as_of"],
        _amount(row["savings_plan_1y_per_hour"]),
        _amount(row["savings_plan_3y_per_hour"]),
    )


def _amount(text: str) -> Decimal | None:
    return Decimal(text) if text else None
