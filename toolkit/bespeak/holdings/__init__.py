"""What is owned: the reservations of a customer and how well they are used."""

from bespeak.holdings.owned import holdings
from bespeak.holdings.renewal import Renewal, renewal, stop_renewal
from bespeak.holdings.use import use_so_far
from bespeak.holdings.utilisation import UTILISATION, mean_utilisation, utilisation

__all__ = [
    "UTILISATION",
    "Renewal",
    "holdings",
    "mean_utilisation",
    "renewal",
    "stop_renewal",
    "use_so_far",
    "utilisation",
]
