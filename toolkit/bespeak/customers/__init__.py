"""Who the customers are: the list, finding one in it, what is known of one, and what stands before a purchase."""

from bespeak.customers.details import CustomerDetails, customer_details
from bespeak.customers.finding import find_customer
from bespeak.customers.listing import customers, left_out, search
from bespeak.customers.preflight import Light, preflight
from bespeak.customers.registration import register

__all__ = [
    "CustomerDetails",
    "Light",
    "customer_details",
    "customers",
    "find_customer",
    "left_out",
    "preflight",
    "register",
    "search",
]
