"""Finding a customer by a part of its name, domain or tenant id."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bespeak.customers import search
from bespeak.errors import InputError
from bespeak.tables import CUSTOMERS


def table(*rows):
    """A CUSTOMERS table of (id, name, domain)."""
    names = ("customer_id", "name", "domain")
    return CUSTOMERS.frame({**dict(zip(names, row, strict=True)), "relationship": "reseller"} for row in rows)


KNOWN = table(
    ("03b86f56-6c73-5e0d-b2b1-45b3484d2b30", "Contoso", "contoso.com"),
    ("603492ac-b597-5193-a333-0408f14a1d30", "Fabrikam", "fabrikam.com"),
    ("13dc1ca7-1615-5c1c-b750-66755ed10d47", "Northwind Traders", "northwindtraders.example.com"),
    ("8e4034e0-586b-5568-be45-28752a540d08", "Tailspin Toys", "tailspin.example.com"),
    ("be7b5943-57ce-5429-b8bc-6663b35bd523", "Wingtip Toys", "toys.example.com"),
    ("5356fbed-7007-543f-812e-9fab5f0a4a40", "Toys and Games", "games.example.com"),
    ("2b0c8e52-7b3d-4a86-9d11-5e2a7c40b9f3", "Decafface Coffee", "coffee.example.com"),
    ("1376640c-4f00-55ca-86fa-c1122f88f935", "Señora Müller", "mueller.example.com"),
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("contoso", ["Contoso"]),
        ("NORTH", ["Northwind Traders"]),
        ("traders north", ["Northwind Traders"]),
        ("  fabrikam.com ", ["Fabrikam"]),
        ("senora mul", ["Señora Müller"]),
        ("13DC1CA7-1615", ["Northwind Traders"]),
        ("{be7b5943-57ce-5429-b8bc-6663b35bd523}", ["Wingtip Toys"]),
        ("be7b594357ce5429b8bc6663b35bd523", ["Wingtip Toys"]),
        ("be7b594357ce5", ["Wingtip Toys"]),
        ("decafface", ["Decafface Coffee"]),
        ("586b-5568", ["Tailspin Toys"]),
        ("contosso", []),
        ("%", []),
        ("o.*o", []),
    ],
)
def test_a_part_of_name_domain_or_id_finds_the_customer(text, names):
    assert search(KNOWN, text)["name"].tolist() == names


def test_names_that_begin_with_the_text_come_first():
    assert search(KNOWN, "toys")["name"].tolist() == ["Toys and Games", "Tailspin Toys", "Wingtip Toys"]


def test_an_empty_text_gives_the_first_rows():
    assert search(KNOWN, " ", limit=2)["name"].tolist() == ["Contoso", "Fabrikam"]


def test_the_limit_keeps_the_likeliest():
    assert search(KNOWN, "toys", limit=1)["name"].tolist() == ["Toys and Games"]


def test_a_limit_below_one_is_refused():
    with pytest.raises(InputError):
        search(KNOWN, "x", limit=0)


def test_no_hit_is_a_customers_table_without_rows():
    assert CUSTOMERS.check(search(KNOWN, "zzz")).empty


def test_the_table_itself_is_not_changed():
    before = KNOWN.copy(deep=True)

    search(KNOWN, "toys")

    assert KNOWN.equals(before)


@given(st.text(alphabet="abcdefg -{}.é", max_size=8))
def test_a_hit_holds_every_word_and_a_miss_does_not(text):
    words = " ".join(text.lower().replace("é", "e").strip("{} ").split()).split()
    found = set(search(KNOWN, text)["customer_id"])

    for row in KNOWN.itertuples():
        haystack = f"{row.name} {row.domain} {row.customer_id}".lower()
        haystack = haystack.replace("ñ", "n").replace("ü", "u")
        assert (row.customer_id in found) == all(word in haystack for word in words)
