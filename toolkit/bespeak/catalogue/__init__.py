"""What can be bought and what it costs: VM sizes, flexibility groups, regions, sales markets, price books.

The reference tables come with the package and are used in every world; the demo tables only in the sandbox.
"""

from bespeak.catalogue.files import demo_rows
from bespeak.catalogue.markets import SalesMarket, market
from bespeak.catalogue.price_book import PriceBook
from bespeak.catalogue.rate_card import price_book_from_rate_card
from bespeak.catalogue.regions import canonical_region
from bespeak.catalogue.sheets import price_book_from_sheets
from bespeak.catalogue.sizes import canonical_size, group_of, sizes, sizes_of_meter

__all__ = [
    "PriceBook",
    "SalesMarket",
    "canonical_region",
    "canonical_size",
    "demo_rows",
    "group_of",
    "market",
    "price_book_from_rate_card",
    "price_book_from_sheets",
    "sizes",
    "sizes_of_meter",
]
