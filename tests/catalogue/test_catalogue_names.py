"""Sizes, regions and markets under all their names, and what is not known stays unknown."""

from __future__ import annotations

import pytest

from bespeak.catalogue import (
    canonical_region,
    canonical_size,
    demo_rows,
    group_of,
    market,
    sizes,
    sizes_of_meter,
)
from bespeak.catalogue.files import reference_rows
from bespeak.catalogue.sizes import _names, _rows
from bespeak.errors import InputError, MissingError
from bespeak.tables import SIZES


def test_the_size_table_keeps_its_contract():
    assert len(SIZES.check(sizes())) == 1467
    assert sizes()["size"].is_unique


def test_a_caller_cannot_change_the_table_of_the_next():
    mine = sizes()
    mine.loc[0, "vcpus"] = 999
    mine["more"] = 1
    assert sizes().loc[0, "vcpus"] != 999
    assert "more" not in sizes().columns


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("Standard_D2s_v5", "Standard_D2s_v5"),
        ("d2s v5", "Standard_D2s_v5"),
        ("D2s_v5", "Standard_D2s_v5"),
        (" STANDARD_D2S_V5 ", "Standard_D2s_v5"),
        ("E16-4as v5", "Standard_E16-4as_v5"),
        ("NC4as T4 v3", "Standard_NC4as_T4_v3"),
        ("D2x v5", None),
        ("Standard_D4xs_v9", None),
        ("D2 v3/D2s v3", None),
        ("", None),
    ],
)
def test_a_size_is_found_under_any_usual_spelling(name, size):
    """D-347."""
    assert canonical_size(name) == size


def test_no_two_sizes_share_a_spelling():
    assert len(_names()) == len(_rows())


def test_every_size_finds_itself_in_the_spelling_of_a_meter():
    for size in _rows():
        assert canonical_size(size.removeprefix("Standard_").replace("_", " ")) == size


@pytest.mark.parametrize(
    ("size", "group", "ratio"),
    [
        ("Standard_D2s_v5", "Dsv5 Series", 1.0),
        ("Standard_D8s_v5", "Dsv5 Series", 4.0),
        ("d8s v5", "Dsv5 Series", 4.0),
        ("Standard_DS3_v2", "DSv2 Series", 4.0),
        ("Standard_DS13_v2", "DSv2 Series High Memory", 4.0),
        ("Standard_D3_v2", "Dv2 Series", 4.0),
    ],
)
def test_group_and_ratio(size, group, ratio):
    """D-420, D-406 (premium twins are another group), D-425."""
    assert group_of(size) == (group, ratio)


def test_a_constrained_size_draws_like_its_full_size():
    assert group_of("Standard_E16-4as_v5") == group_of("Standard_E16as_v5")


@pytest.mark.parametrize(
    "size", ["Standard_D48s_v3", "Standard_E64_v3", "Standard_B20ms", "Standard_M416s_9_v3"]
)
def test_a_size_without_flexibility_is_a_group_of_its_own(size):
    """A missing or broken ratio is never taken for 1 in somebody else's group."""
    assert group_of(size) == (f"size:{size}", 1.0)


def test_the_group_of_an_unknown_size_is_not_guessed():
    with pytest.raises(MissingError, match="'Standard_D4xs_v9' is in no table"):
        group_of("Standard_D4xs_v9")


def test_a_group_never_mixes_the_scales_of_two_sources():
    flexible = sizes().dropna(subset="group")
    assert flexible.groupby("group")["ratio_source"].nunique().max() == 1


@pytest.mark.parametrize(
    ("meter", "found"),
    [
        ("D2s v5", ("Standard_D2s_v5",)),
        ("D2 v2/DS2 v2", ("Standard_D2_v2", "Standard_DS2_v2")),
        ("E16as v5", ("Standard_E16as_v5", "Standard_E16-4as_v5", "Standard_E16-8as_v5")),
        ("D2 v2/D2x v2", ("Standard_D2_v2",)),
        ("Data Transfer Out", ()),
    ],
)
def test_the_sizes_of_a_meter(meter, found):
    """D-303: one meter may bill several sizes."""
    assert sizes_of_meter(meter) == found


@pytest.mark.parametrize(
    ("label", "region"),
    [
        ("polandcentral", "polandcentral"),
        ("PL Central", "polandcentral"),
        ("Poland Central", "polandcentral"),
        ("EastUS", "eastus"),
        ("US East", "eastus"),
        (" eu west ", "westeurope"),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_a_region_is_found_under_any_usual_spelling(label, region):
    """D-346: an unknown spelling is reported, never guessed."""
    assert canonical_region(label) == region


def test_every_region_is_found_under_its_own_names():
    for row in reference_rows("regions.csv"):
        for label in filter(None, (row["region"], row["display_name"], row["billing_region"])):
            assert canonical_region(label) == row["region"]


def test_a_market_has_its_sales_region_and_currency():
    assert (market("us").csp_region, market("US").currency) == ("united-states", "USD")


def test_namibia_is_a_country_and_not_a_gap():
    assert market("NA").name == "Namibia"


def test_a_market_without_a_known_currency_says_so():
    assert market("VA").currency is None


def test_an_unknown_market_is_refused():
    with pytest.raises(MissingError, match="no CSP market with the country code 'XX'"):
        market("XX")


@pytest.mark.parametrize("world", ["live", "integration", ""])
def test_demo_tables_stay_in_the_sandbox(world):
    with pytest.raises(InputError, match="belongs to the sandbox"):
        demo_rows("prices.csv", world)


def test_demo_tables_are_read_in_the_sandbox():
    assert demo_rows("customers.csv", "sandbox")[0]["name"] == "Contoso"
    assert "contoso-web" in demo_rows("demand.csv.gz", "sandbox")[0]


def test_a_table_that_is_not_there_is_named():
    with pytest.raises(MissingError, match=r"demo/none\.csv is not there"):
        demo_rows("none.csv", "sandbox")
