"""One customer by what a person calls it, through the sandbox in this process."""

import pytest

from bespeak.connect import connect
from bespeak.customers import find_customer
from bespeak.errors import InputError, MissingError


@pytest.fixture(scope="module")
def session():
    return connect()


def test_a_name_in_full_wins_over_longer_names(session):
    assert find_customer(session, "contoso").name == "Contoso"


def test_a_part_of_a_domain_suffices_when_one_customer_has_it(session):
    assert find_customer(session, "woodgrovebank.example.com").name == "Woodgrove Bank"


def test_an_unknown_customer_gets_the_names_that_look_alike(session):
    with pytest.raises(MissingError, match=r"No customer has 'Contosso'.*Did you mean Contoso"):
        find_customer(session, "Contosso")


def test_several_customers_are_named_and_none_is_chosen(session):
    with pytest.raises(InputError, match=r"customers match 'toys'"):
        find_customer(session, "toys")


@pytest.mark.parametrize("text", ["", "  "])
def test_nothing_typed_is_no_customer(session, text):
    with pytest.raises(InputError, match="Give more of the name"):
        find_customer(session, text)
