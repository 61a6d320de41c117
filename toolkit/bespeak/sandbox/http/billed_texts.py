"""How the texts of rated lines change when they are billed, or billed in another currency."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from bespeak.sandbox.invoices import Invoice
from bespeak.sandbox.partner_profile import MPN_ID, NAME, PUBLISHER_ID
from bespeak.sandbox.rated import floor_total
from bespeak.sandbox.world import World

_DATED = '"pcToBCExchangeRateDate":"'
_MONEY = re.compile(
    r'"quantity":(?P<quantity>[\d.]+),"effectiveUnitPrice":(?P<price>[\d.]+),"billingPreTaxTotal":[\d.]+'
)


def billed(world: World, invoice: Invoice | None) -> Callable[[str], str]:
    """How a line is changed: billed ones name the partner and the invoice, and money is in the partner's currency."""
    rate, currency = world.invoices.rate, world.invoices.currency
    pairs = []
    if invoice is not None:
        pairs = [
            ('"partnerId":"","partnerName":""', f'"partnerId":"{world.partner_id}","partnerName":"{NAME}"'),
            ('"mpnId":""', f'"mpnId":"{MPN_ID}"'),
            ('"invoiceNumber":""', f'"invoiceNumber":"{invoice.id}"'),
            ('"publisherId":""', f'"publisherId":"{PUBLISHER_ID}"'),
        ]
    if currency != "USD":
        pairs += [
            ('"billingCurrency":"USD"', f'"billingCurrency":"{currency}"'),
            ('"pcToBCExchangeRate":1,', f'"pcToBCExchangeRate":{rate},'),
        ]

    def change(text: str) -> str:
        for old, new in pairs:
            text = text.replace(old, new, 1)
        return text if currency == "USD" else _converted(text, rate)

    return change


def _converted(text: str, rate: Decimal) -> str:
    def money(found: re.Match[str]) -> str:
        total = floor_total(Decimal(found["price"]), Decimal(found["quantity"]), rate)
        return f"{found[0].rpartition(':')[0]}:{total}"

    # The rate of a month is taken for all its days (D-1234).
    month = text.partition('"chargeStartDate":"')[2].partition('"')[0]
    dated = text.replace(_DATED + '2019-08-01T00:00:00Z"', f'{_DATED}{month}Z"', 1)
    return _MONEY.sub(money, dated, count=1)
