"""The figures behind the quantity slider."""

from datetime import date

import numpy as np
import pytest

from bespeak.advice import recommend, savings_curve
from bespeak.errors import MissingError

SUB = "a0000000-0000-4000-8000-000000000001"
D2S, D4S = "Standard_D2s_v5", "Standard_D4s_v5"
BOOK = {D2S: ("0.10", {"P1Y": "0.06"}), D4S: ("0.20", {"P1Y": "0.12"})}
WHERE = {"scope": "shared", "region": "polandcentral", "group": "Dsv5 Series", "size": D2S, "term": "P1Y"}


@pytest.fixture
def curve(make_demand, make_book, own):
    return savings_curve(make_demand({SUB: {D2S: [5] * 120 + [8] * 48}}), make_book(BOOK), own(), **WHERE)


@pytest.mark.parametrize(
    ("quantity", "covered", "utilisation", "cost", "saving"),
    [
        (4, 672, 1.0, 71.52, 26.88),
        (5, 840, 1.0, 64.80, 33.60),
        (6, 888, 0.8810, 70.08, 28.32),
        (8, 984, 0.7321, 80.64, 17.76),
    ],
)
def test_x13c_each_row_of_the_published_table(curve, quantity, covered, utilisation, cost, saving):
    """X-13 c."""
    row = curve.iloc[quantity]

    assert (row["quantity"], row["cost"], row["saving"]) == pytest.approx((quantity, cost, saving))
    assert row["utilisation"] == pytest.approx(utilisation, abs=5e-5)
    assert row["coverage"] == pytest.approx(covered / 984)


def test_it_begins_with_buying_nothing(curve):
    first = curve.iloc[0]

    assert (first["quantity"], first["saving"], first["coverage"]) == (0, 0.0, 0.0)
    assert first["cost"] == pytest.approx(98.40)
    assert np.isnan(first["utilisation"])


def test_it_goes_a_little_beyond_the_busiest_hour(curve):
    assert curve["quantity"].tolist() == list(range(11))
    assert curve["coverage"].iloc[-1] == pytest.approx(1.0)


def test_its_best_quantity_is_the_advice(make_demand, make_book, own, curve):
    advice = recommend(
        make_demand({SUB: {D2S: [5] * 120 + [8] * 48}}), make_book(BOOK), own(), date(2026, 11, 16)
    )

    assert curve["saving"].idxmax() == advice["quantity"][0]


def test_a_larger_size_goes_in_larger_steps(make_demand, make_book, own):
    found = savings_curve(
        make_demand({SUB: {D2S: [4] * 24}}), make_book(BOOK), own(), **WHERE | {"size": D4S}
    )

    assert found["units"].tolist()[:3] == [0.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"group": "Easv5 Series"}, "no demand for 'Easv5 Series'"),
        ({"region": "westeurope"}, "no demand for 'Dsv5 Series' in westeurope"),
        ({"scope": "nobody"}, "no demand in the scope 'nobody'"),
        ({"term": "P3Y"}, "no reservation price for Standard_D2s_v5"),
        ({"size": "Standard_E4as_v5"}, "not a size of Dsv5 Series"),
    ],
)
def test_what_is_not_there_gets_a_sentence(make_demand, make_book, own, where, message):
    with pytest.raises(MissingError, match=message):
        savings_curve(make_demand({SUB: {D2S: [4] * 24}}), make_book(BOOK), own(), **WHERE | where)
