"""One estate, hour by hour, as every encoding tells it: utilization records, rated lines, exports, FOCUS."""

import csv
import gzip
import io
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal

import numpy as np

START = datetime(2026, 10, 5, tzinfo=UTC)
DAYS = 3
SUBS = ("b1e6aaaa-0000-4000-8000-000000000001", "b1e6aaaa-0000-4000-8000-000000000002")
SIZES = {"Standard_D2s_v5": "0.096", "Standard_D4s_v5": "0.192", "Standard_E4as_v5": "0.2532"}
#: The spellings that each source has for a region.
REGIONS = {
    "polandcentral": ("polandcentral", "PolandCentral", "PL Central"),
    "westeurope": ("westeurope", "EU West", "West Europe"),
}
RESERVATION = "0f0f0f0f-0000-4000-8000-00000000aaaa"
ORDER = "0e0e0e0e-0000-4000-8000-00000000bbbb"
BENEFIT = f"/providers/Microsoft.Capacity/reservationOrders/{ORDER}/reservations/{RESERVATION}"
CUSTOMER = "c0000000-0000-4000-8000-000000000001"
HOUR_PRICE = Decimal("0.0566")  # of a reserved hour, amortised


@dataclass(frozen=True)
class Machine:
    """A machine: what it is, whether a reservation covers it, and the hours (from the start) in which it ran."""

    name: str
    sub: str
    size: str
    region: str
    covered: bool
    hours: tuple[int, ...]

    @property
    def uri(self):
        return f"/subscriptions/{self.sub}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/{self.name}"

    @property
    def meter(self):
        return f"00000000-0000-4000-8000-{list(SIZES).index(self.size):012x}"

    def info(self, **more):
        return {
            "UsageType": "ComputeHR",
            "ServiceType": self.size,
            "VMName": self.name,
            "ImageType": None,
        } | more

    def days(self):
        """Hours by day."""
        sums = defaultdict(int)
        for hour in self.hours:
            sums[hour // 24] += 1
        return sorted(sums.items())


def estate(seed=1, machines=12):
    """So many machines with random hours; some covered, always at least one hour each."""
    rng = np.random.default_rng(seed)
    made = []
    for number in range(machines):
        on = rng.random(24 * DAYS) < rng.choice([0.1, 0.5, 1.0])
        on[int(rng.integers(0, 24 * DAYS))] = True
        made.append(
            Machine(
                f"vm{number:02}",
                SUBS[int(rng.integers(0, 2))],
                str(rng.choice(list(SIZES))),
                str(rng.choice(list(REGIONS))),
                bool(rng.random() < 0.3),
                tuple(int(hour) for hour in np.flatnonzero(on)),
            )
        )
    return made


def price(machine):
    return Decimal(SIZES[machine.size])


def billed(machine, hours):
    """As Partner Center bills a line: cut to whole cents (D-333); what is covered costs nothing."""
    amount = Decimal(0) if machine.covered else price(machine) * hours
    return amount.quantize(Decimal("0.01"), ROUND_FLOOR)


def amortised(machine, hours):
    return HOUR_PRICE * hours if machine.covered else billed(machine, hours)


def utilization(machines):
    """Pages of hourly utilization records; a covered one has the meter of the reservation (D-340 to D-342)."""
    items = []
    for machine in machines:
        more = {"ReservationId": RESERVATION, "ConsumptionMeter": machine.meter} if machine.covered else {}
        for hour in machine.hours:
            begins = START + timedelta(hours=hour)
            items.append(
                {
                    "usageStartTime": begins.isoformat(),
                    "usageEndTime": (begins + timedelta(hours=1)).isoformat(),
                    "resource": {
                        "id": f"ffffffff{machine.meter[8:]}" if machine.covered else machine.meter,
                        "name": "Reservation-Base VM" if machine.covered else machine.size,
                        "category": "Virtual Machines",
                        "subcategory": "Reservation-Base VM" if machine.covered else "Series",
                    },
                    "quantity": 1.0,
                    "unit": "1 Hour",
                    "instanceData": {
                        "resourceUri": machine.uri,
                        "location": REGIONS[machine.region][0],
                        "additionalInfo": machine.info(**more),
                    },
                }
            )
    return json.dumps({"totalCount": len(items), "items": items}).encode()


def _lines(machines):
    """A daily line of each machine as Partner Center rates it."""
    for machine in machines:
        more = {"ReservationId": RESERVATION, "ConsumptionMeter": machine.meter} if machine.covered else {}
        for day, hours in machine.days():
            yield (
                machine,
                hours,
                {
                    "customerId": f"org:{CUSTOMER.upper()}",
                    "usageDate": (START + timedelta(days=day)).strftime("%Y-%m-%dT00:00:00Z"),
                    "meterCategory": "Virtual Machines",
                    "meterId": machine.meter,
                    "meterSubCategory": "Series",
                    "meterName": machine.size,
                    "unit": "1 Hour",
                    "resourceLocation": REGIONS[machine.region][1],
                    "consumedService": "Microsoft.Compute",
                    "resourceURI": machine.uri,
                    "additionalInfo": json.dumps(machine.info(**more), indent=1),
                    "chargeType": "New",
                    "quantity": hours,
                    "billingPreTaxTotal": float(billed(machine, hours)),
                    "billingCurrency": "EUR",
                    "entitlementId": machine.sub,
                },
            )


def rated(machines):
    """A page of rated lines (v1)."""
    items = [
        {**line, "unitOfMeasure": line["unit"], "resourceUri": line["resourceURI"]}
        for _, _, line in _lines(machines)
    ]
    return json.dumps({"items": items}).encode()


def graph(machines):
    """A packed file of the billing export (v2), attribute set full."""
    lines = [
        json.dumps({name[0].upper() + name[1:]: value for name, value in line.items()})
        for _, _, line in _lines(machines)
    ]
    return gzip.compress("\n".join(lines).encode(), mtime=0)


def export(machines, view="actual", delimiter=",", encoding="utf-8"):
    """A cost export (MCA) as CSV; the amortised view has no purchase, and what nothing used (D-1210)."""
    rows = []
    for machine, hours, line in _lines(machines):
        cost = billed(machine, hours) if view == "actual" else amortised(machine, hours)
        rows.append(
            {
                "date": (datetime.fromisoformat(line["usageDate"])).strftime("%m/%d/%Y"),
                "meterCategory": "Virtual Machines",
                "meterSubCategory": "Series",
                "meterName": machine.size,
                "meterId": machine.meter.upper(),
                "unitOfMeasure": "1 Hour",
                "quantity": hours,
                "costInBillingCurrency": cost,
                "billingCurrency": "EUR",
                "resourceLocation": REGIONS[machine.region][2],
                "ResourceId": machine.uri.lower(),
                "SubscriptionId": machine.sub,
                "chargeType": "Usage",
                "pricingModel": "Reservation" if machine.covered else "OnDemand",
                "reservationId": RESERVATION if machine.covered else "",
                "consumedService": "Microsoft.Compute",
                "additionalInfo": json.dumps(machine.info()),
            }
        )
    extra = rows[0] | {
        "pricingModel": "Reservation",
        "reservationId": RESERVATION,
        "ResourceId": "",
        "additionalInfo": "{}",
    }
    if view == "actual":
        rows.append(
            extra
            | {
                "chargeType": "Purchase",
                "quantity": 1,
                "costInBillingCurrency": "496.00",
                "unitOfMeasure": "1",
            }
        )
    else:
        rows.append(
            extra | {"chargeType": "UnusedReservation", "quantity": 7, "costInBillingCurrency": "0.3962"}
        )
    return _csv(rows, delimiter, encoding)


def focus_rows(machines):
    """Rows of FOCUS 1.0 with Microsoft's own columns."""
    for machine, hours, line in _lines(machines):
        begins = datetime.fromisoformat(line["usageDate"])
        yield {
            "BilledCost": billed(machine, hours),
            "EffectiveCost": amortised(machine, hours),
            "BillingCurrency": "EUR",
            "ChargeCategory": "Usage",
            "ChargePeriodStart": begins.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "ChargePeriodEnd": (begins + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "CommitmentDiscountId": BENEFIT if machine.covered else "NULL",
            "CommitmentDiscountStatus": "Used" if machine.covered else "NULL",
            "ConsumedQuantity": hours,
            "ConsumedUnit": "Hours",
            "PricingCategory": "Committed" if machine.covered else "Standard",
            "RegionId": REGIONS[machine.region][0],
            "ResourceId": machine.uri,
            "ServiceName": "Virtual Machines",
            "SubAccountId": f"/subscriptions/{machine.sub}",
            "x_SkuMeterCategory": "Virtual Machines",
            "x_SkuMeterId": machine.meter,
            "x_SkuDetails": json.dumps(machine.info()),
        }


def focus(machines):
    """FOCUS 1.0 as CSV."""
    return _csv(list(focus_rows(machines)), ",", "utf-8")


def _csv(rows, delimiter, encoding):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)
