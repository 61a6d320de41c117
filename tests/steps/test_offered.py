"""A price book as a table of offers."""

from datetime import date
from decimal import Decimal

import narwhals as nw
from small_estate import plain, stored

from bespeak.catalogue import PriceBook
from bespeak.tables import PAYG_PRICES, RESERVATION_PRICES
from bespeak.usage.steps import offered, quantities, scale


def book(total="520"):
    """Prices of one size; a second one has no reservation, a third no price by the hour."""
    place = {"region": "polandcentral", "currency": "USD"}
    sold = place | {"term": "P1Y", "total": Decimal(total), "product_id": "p", "sku_id": "s"}
    return PriceBook(
        PAYG_PRICES.frame(
            place | {"size": f"Standard_D{n}s_v5", "per_hour": Decimal("0.0965")} for n in (2, 4)
        ),
        RESERVATION_PRICES.frame(sold | {"size": f"Standard_D{n}s_v5"} for n in (2, 8)),
        "USD",
        date(2026, 11, 1),
        "test",
    )


def test_an_offer_has_both_prices():
    assert offered(book()).to_dict("records") == [
        {
            "region": "polandcentral",
            "group": "Dsv5 Series",
            "term": "P1Y",
            "size": "Standard_D2s_v5",
            "ratio_e6": 1_000_000,
            "payg_e6": 96_500,
            "total_e6": 520_000_000,
            "term_hours": 8760,
        }
    ]


def test_a_machine_that_always_runs_saves_what_the_term_costs_less():
    """720 hours at 0.0965 are 69.48; a term of 8,760 hours for 520 costs 42.739726 over them (D-1021)."""
    rows = nw.from_native(stored(*({"hour": 497_448 + hour} for hour in range(720))))
    made = plain(quantities(rows, scale(), offered(book()), 720))

    assert made[["quantity", "saving_e6"]].to_numpy().tolist() == [[1, 69_480_000 - 42_739_726]]
