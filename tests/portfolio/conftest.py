"""A world whose customers own reservations of every age, and their usage in a store in memory."""

import sys
from pathlib import Path

import pytest

# Test files are imported without a package; this makes held_usage findable.
sys.path.insert(0, str(Path(__file__).parent))
from held_usage import HeldUsage, readings_of

from bespeak import BespeakError, customer_details, customers, private_sandbox, study
from bespeak.portfolio import portfolio


@pytest.fixture(scope="package")
def world():
    """Twelve customers on 2027-01-11, three weeks before exchanges end."""
    return private_sandbox(scenario="portfolio")


@pytest.fixture(scope="package")
def listed(world):
    return customers(world)


@pytest.fixture(scope="package")
def pages(world, listed):
    """What each customer's own page reads and advises, where it can."""
    found = {}
    for one in listed["customer_id"]:
        try:
            found[one] = study(world, customer_details(world, one), days=7)
        except BespeakError:
            continue
    return found


@pytest.fixture(scope="package")
def store(world, listed, pages):
    """The usage that those pages have read, and that of customers that have none."""
    others = set(listed["customer_id"]) - set(pages)
    readings = {one: page.reading for one, page in pages.items()}
    return HeldUsage(readings | readings_of(world, sorted(others)))


@pytest.fixture(scope="package")
def view(world, store):
    return portfolio(world, store, days=7)


@pytest.fixture(scope="package")
def by_name(view):
    """The rows of the table by the name of the customer."""
    return {told["name"]: told for told in view.table.to_dict("records")}
