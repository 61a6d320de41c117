"""A small model of Partner Center behind the door, with a clock that tests move and faults that they set."""

import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from bespeak.catalogue import PriceBook
from bespeak.clients.call import Answer
from bespeak.clients.session import Person
from bespeak.customers import CustomerDetails
from bespeak.errors import AnswerLostError, RefusedError, UnreachableError
from bespeak.tables import AZURE_SUBSCRIPTIONS, PAYG_PRICES, RESERVATION_PRICES, SUBSCRIPTIONS

CUSTOMER = "03b86f56-6c73-5e0d-b2b1-45b3484d2b30"
SUBSCRIPTION = "94fc0560-c498-5760-9574-d60e29db06be"
AZURE = "1df73bff-2e9e-5dc7-8f04-0916f8eb0989"
PRODUCT, SKU = "DZH318Z08MQM", "00K7"
ITEM = f"{PRODUCT}:{SKU}:DZH318Z0NNNN"
START = datetime(2026, 11, 16, tzinfo=UTC)
LAG = timedelta(minutes=15)
CART_LIFE = timedelta(days=7)


class ModelCenter:
    """Partner Center as documented: one order a cart however often it is checked out, a list that lags."""

    def __init__(
        self, *, forgetful: bool = False, shows_ordered: bool = True, keeps_names: bool = True
    ) -> None:
        self.now = START
        self.forgetful = forgetful
        self.shows_ordered = shows_ordered
        self.keeps_names = keeps_names
        self.bought: list[str] = []
        self.lock = threading.RLock()
        self.log: list[Any] = []
        self.faults: dict[str, list[Any]] = {}
        self.carts: dict[str, dict[str, Any]] = {}
        self.orders: list[tuple[datetime, dict[str, Any]]] = []
        self.answers: dict[str, dict[str, Any]] = {}
        self.owners: dict[str, str] = {}
        self.buyers: list[str] = []
        self.price = "496"
        self.lag = LAG
        #: The request ids that arrived, and how late they are listed; ``None``: the list is refused.
        self.arrived: list[tuple[datetime, str]] = []
        self.request_lag: timedelta | None = timedelta(0)
        self.is_audited = True
        self.sku = {
            "id": SKU,
            "productId": PRODUCT,
            "title": "Reserved VM Instance, Standard_D2s_v5, PL Central, 1 Year",
            "minimumQuantity": 1,
            "maximumQuantity": 1000,
            "supportedBillingCycles": ["one_time"],
            "purchasePrerequisites": ["AzureSubscriptionRegistration", "InventoryCheck"],
            "provisioningVariables": ["Scope", "SubscriptionId"],
            "dynamicAttributes": {
                "armSkuName": "Standard_D2s_v5",
                "armRegionName": "PolandCentral",
                "duration": "1Year",
            },
        }
        self.availability = {
            "id": "DZH318Z0NNNN",
            "catalogItemId": ITEM,
            "isPurchasable": True,
            "segment": "commercial",
            "defaultCurrency": {"code": "USD", "symbol": "$"},
            "terms": [{"duration": "P1Y", "description": "One year"}],
        }
        self.registration = "Registered"
        self.inventory: list[dict[str, Any]] = [{"productId": PRODUCT, "skuId": SKU, "isRestricted": False}]
        self.line_error: dict[str, Any] | None = None
        self.change_line: dict[str, Any] = {}
        self.order_errors: list[dict[str, Any]] = []
        self.change_order: dict[str, Any] = {}

    def fail(self, name: str, *faults: Any) -> None:
        """The next calls of this name meet these faults: "lose_answer", "not_sent", an error, or a callable."""
        self.faults.setdefault(name, []).extend(faults)

    def asked(self, method: str, ending: str = "") -> list[Any]:
        """The calls of a method whose path ends so."""
        return [call for call in self.log if call.method == method and call.path.endswith(ending)]

    def send(self, call: Any) -> Any:
        with self.lock:
            self.log.append(call)
            waiting = self.faults.get(call.name)
            fault = waiting.pop(0) if waiting else None
        if fault == "not_sent":
            raise UnreachableError("There is no connection.")
        if isinstance(fault, BaseException):
            raise fault
        if callable(fault):
            fault()
        with self.lock:
            answer = self._work(call)
        if fault == "lose_answer":
            raise AnswerLostError(f"No usable answer came to '{call.name}'.")
        return call.read(answer)

    def collect(self, call: Any, progress: Any = None) -> Any:
        del progress
        return self.send(call)

    def _work(self, call: Any) -> Answer:
        self.arrived.append((self.now, call.request_id))
        parts = call.path.strip("/").split("/")
        if parts[-1] in ("partnerRequests", "auditrecords"):
            told = self._requests() if parts[-1] == "partnerRequests" else self._audited()
            return Answer(200, {"content-type": "application/json"}, b"", {"items": told})
        if call.service == "price_sheets":
            return Answer(200, {}, self._sheet().encode())
        told = self._catalogue(parts) if "customers" not in parts else self._customer(call, parts)
        return Answer(200, {"content-type": "application/json"}, b"", told)

    def _requests(self) -> list[dict[str, Any]]:
        if self.request_lag is None:
            raise RefusedError("No right.", status=403, code="900150")
        return [
            {"requestId": told} for at, told in self.arrived if told and at + self.request_lag <= self.now
        ]

    def _audited(self) -> list[dict[str, Any]]:
        if not self.is_audited:
            raise RefusedError("No right.", status=403, code="900150")
        return [
            {"customerId": customer, "customizedData": [{"key": "OrderId", "value": order["id"]}]}
            for customer, (_, order) in zip(self.buyers, self.orders, strict=False)
        ]

    def _sheet(self) -> str:
        title = self.sku["title"]
        return (
            "ProductId,SkuId,SkuTitle,TermDuration,Currency,UnitPrice,EffectiveStartDate,EffectiveEndDate\r\n"
            f'{PRODUCT},{SKU},"{title}",P1Y,USD,{self.price},2026-01-01,\r\n'
            f'{PRODUCT},00K8,"{title.replace("1 Year", "3 Years")}",P3Y,USD,961,2026-01-01,\r\n'
        )

    def _catalogue(self, parts: list[str]) -> Any:
        if parts[-1] == "availabilities":
            return {"items": [self.availability]}
        return self.inventory if parts[-1] == "checkinventory" else self.sku

    def _customer(self, call: Any, parts: list[str]) -> Any:
        if parts[-1] == "registrationstatus":
            return {"status": self.registration}
        if parts[3] == "carts":
            return self._carts(call, parts[4:])
        if parts[3] == "orders":
            return self._orders(parts[4:])
        return {"items": [self._entitlement(order) for at, order in self.orders if at + self.lag <= self.now]}

    def _carts(self, call: Any, rest: list[str]) -> Any:
        if not rest:
            made = self._new_cart(call.body)
            self.owners[made["id"]] = call.path.split("/")[3]
            return made
        cart = self.carts.get(rest[0])
        if cart is None:
            raise RefusedError("There is no such cart.", status=404, code="800008")
        return self._check_out(cart) if rest[1:] == ["checkout"] else cart

    def _new_cart(self, body: Any) -> Any:
        line = {**body["lineItems"][0], **self.change_line}
        if self.line_error:
            line["error"] = self.line_error
        cart = {
            "id": f"00000000-0000-4000-8000-{len(self.carts):012d}",
            "status": "Active",
            "expirationTimestamp": (self.now + CART_LIFE).isoformat(),
            "lineItems": [line],
        }
        self.carts[cart["id"]] = cart
        return cart

    def _check_out(self, cart: Any) -> Any:
        if self.order_errors:
            return {"orders": [], "orderErrors": self.order_errors}
        if cart["id"] not in self.answers or self.forgetful:
            line = dict(cart["lineItems"][0])
            line["offerId"] = line.pop("catalogItemId")
            if not self.keeps_names:
                del line["friendlyName"]
            order = {
                "id": f"{len(self.orders) + 1:012x}",
                "billingCycle": line["billingCycle"],
                "currencyCode": line["currencyCode"],
                "status": "pending",
                "totalPrice": Decimal(self.price) * line["quantity"],
                "lineItems": [line],
                **self.change_order,
            }
            self.orders.append((self.now, order))
            self.buyers.append(self.owners.get(cart["id"], CUSTOMER))
            self.bought.append(cart["lineItems"][0]["friendlyName"])
            self.answers[cart["id"]] = order
            if self.shows_ordered:
                cart["status"] = "Ordered"
        return {"orders": [self.answers[cart["id"]]], "orderErrors": []}

    def _orders(self, rest: list[str]) -> Any:
        if not rest:
            return {"items": [order for at, order in self.orders if at + self.lag <= self.now]}
        found = [order for _, order in self.orders if order["id"] == rest[0]]
        if not found:
            raise RefusedError("There is no such order.", status=404, code="20000")
        return found[0]

    def _entitlement(self, order: Any) -> Any:
        number = int(order["id"], 16)
        artifact = {
            "artifactType": "reservedinstance",
            "resourceId": f"AAAAAAAA-0000-4000-8000-{number:012d}",
        }
        return {"referenceOrder": {"id": order["id"].upper()}, "entitledArtifacts": [artifact]}


BUYER = Person("buyer@partner.example", "object-1", "partner.example", second_factor=True)


@dataclass
class ModelSession:
    """A session with the model."""

    door: Any
    home: Path
    world: str = "sandbox"
    instance: str = "sandbox-1"
    where: str = "in a test"
    person: Person = BUYER
    locked: str = ""

    def now(self) -> datetime:
        return self.door.now


def details_of(kind: str) -> CustomerDetails:
    """Contoso, with one Azure subscription of this kind."""
    subscriptions = [
        {
            "subscription_id": SUBSCRIPTION,
            "kind": kind,
            "name": "Contoso",
            "status": "active",
            "offer_id": "x",
            "registration": "registered",
        }
    ]
    azure = [
        {
            "azure_subscription_id": AZURE,
            "subscription_id": SUBSCRIPTION,
            "name": "production",
            "status": "active",
        }
    ]
    return CustomerDetails(
        customer_id=CUSTOMER,
        name="Contoso",
        domain="contoso.com",
        country="US",
        currency="USD",
        relationship="reseller",
        kind=kind,
        subscriptions=SUBSCRIPTIONS.frame(subscriptions if kind != "none" else []),
        azure_subscriptions=AZURE_SUBSCRIPTIONS.frame(azure if kind != "none" else []),
        agreement_signed=True,
    )


def price_book() -> PriceBook:
    """What one machine costs for one year and for three."""
    region, currency = {"region": "polandcentral"}, {"currency": "USD"}
    rows = [
        ("Standard_D2s_v5", "P1Y", "496", SKU),
        ("Standard_D2s_v5", "P3Y", "961", "00K8"),
        ("Standard_D2s_v3", "P1Y", "500", "00K9"),
    ]
    return PriceBook(
        payg=PAYG_PRICES.frame(
            [region | currency | {"size": "Standard_D2s_v5", "per_hour": Decimal("0.096")}]
        ),
        reservations=RESERVATION_PRICES.frame(
            region
            | currency
            | {"size": size, "term": term, "total": Decimal(total), "product_id": PRODUCT, "sku_id": sku}
            for size, term, total, sku in rows
        ),
        currency="USD",
        as_of=date(2026, 11, 16),
        source="a test",
    )
