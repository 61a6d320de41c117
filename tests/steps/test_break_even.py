"""How many instances are worth reserving (D-1022), against trying every quantity."""

from fractions import Fraction

import narwhals as nw
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_estate import plain

from bespeak.usage.steps import break_even
from bespeak.usage.steps.frames import quotient, share

UNIT = 1_000_000
TERM = 8760


def bought(needs, *, hours, ratio=UNIT, payg=100_000, total=None, share_of_hours=0.6):
    """The row of one offer for one series whose hours need this much; the other hours need nothing."""
    price = total if total is not None else round(payg * TERM * share_of_hours)
    demand = pd.DataFrame(
        {
            "customer_id": "c",
            "scope": "shared",
            "region": "r",
            "group": "g",
            "hour": range(len(needs)),
            "overlap_e6": np.array(needs, dtype="int64"),
        }
    )
    offer = {"region": "r", "group": "g", "term": "P1Y", "size": "s", "ratio_e6": ratio}
    offers = pd.DataFrame([offer | {"payg_e6": payg, "total_e6": price, "term_hours": TERM}])
    made = plain(break_even(nw.from_native(demand), nw.from_native(offers), hours))
    return made.iloc[0] if len(made) else None


@pytest.mark.parametrize(
    ("hours_of_second", "quantity"), [(59, 1), (60, 1), (61, 2)], ids=["less", "just as often", "more often"]
)
def test_an_instance_is_worth_it_when_it_is_used_for_more_than_the_break_even_share(
    hours_of_second, quantity
):
    """D-1022: buy unit k if and only if the share of hours with load >= k exceeds the break-even share."""
    needs = [2 * UNIT] * hours_of_second + [UNIT] * (100 - hours_of_second)

    assert bought(needs, hours=100)["quantity"] == quantity


def test_hours_without_use_count():
    assert bought([UNIT] * 60, hours=99)["quantity"] == 1
    assert bought([UNIT] * 60, hours=100)["quantity"] == 0


def test_what_is_covered_and_saved():
    made = bought([3 * UNIT] * 70 + [UNIT] * 30, hours=100)

    assert (made["quantity"], made["units_e6"], made["covered_e6"]) == (3, 3 * UNIT, 240 * UNIT)
    assert made["saving_e6"] == 240 * 100_000 - 3 * 100 * 60_000


def test_an_instance_of_several_units_is_bought_whole():
    """Three units in every hour, instances of two: the second is half used, which is less than it needs."""
    made = bought([3 * UNIT] * 100, hours=100, ratio=2 * UNIT, payg=200_000)

    assert (made["quantity"], made["units_e6"], made["covered_e6"]) == (1, 2 * UNIT, 200 * UNIT)


def test_an_instance_that_is_not_full_can_be_worth_it():
    assert (
        bought([3 * UNIT] * 100, hours=100, ratio=2 * UNIT, payg=200_000, share_of_hours=0.49)["quantity"]
        == 2
    )


def test_nothing_is_bought_that_never_pays():
    made = bought([5 * UNIT] * 100, hours=100, share_of_hours=1.01)

    assert (made["quantity"], made["units_e6"], made["covered_e6"], made["saving_e6"]) == (0, 0, 0, 0)


def test_an_offer_without_a_price_is_no_offer():
    assert bought([UNIT], hours=1, payg=0) is None
    assert bought([UNIT], hours=1, total=0) is None


@settings(max_examples=60)
@given(
    needs=st.lists(st.integers(0, 8 * UNIT) | st.integers(0, 8).map(lambda n: n * UNIT), max_size=30),
    idle=st.integers(0, 10),
    ratio=st.sampled_from([500_000, UNIT, 1_333_300, 2 * UNIT, 7 * UNIT]),
    share_of_hours=st.floats(0.01, 1.1),
)
def test_no_other_quantity_saves_more(needs, idle, ratio, share_of_hours):
    """Equal to brute force up to the millionths that prices are rounded to; the hours covered are exact."""
    hours, payg = len(needs) + idle or 1, 48_123
    total = max(1, round(payg * TERM * share_of_hours))
    made = bought(needs, hours=hours, ratio=ratio, payg=payg, total=total)
    if made is None:
        assert not any(needs)
        return
    most = max(needs) // ratio + 2
    covered = [sum(min(need, k * ratio) for need in needs) for k in range(most + 1)]
    saved = [Fraction(c * payg, ratio) - Fraction(k * total * hours, TERM) for k, c in enumerate(covered)]

    assert made["covered_e6"] == covered[made["quantity"]]
    assert max(saved) - saved[made["quantity"]] <= 2
    assert abs(saved[made["quantity"]] - int(made["saving_e6"])) <= most + 2


_LARGE = st.integers(-(2**62), 2**62)


@given(amount=_LARGE, divisor=st.integers(4096, 2**40))
def test_a_quotient_is_a_whole_number_whatever_the_amount(amount, divisor):
    frame = nw.from_native(pd.DataFrame({"a": [amount], "b": [divisor]}))

    assert frame.select(q=quotient(nw.col("a"), nw.col("b")))["q"].to_list() == [amount // divisor]


@given(amount=st.integers(0, 2**53), times=st.integers(0, 10**9), divisor=st.integers(5 * 10**5, 2 * 10**8))
def test_a_share_is_exact_where_the_product_would_not_fit(amount, times, divisor):
    expected = amount * times // divisor
    if expected >= 2**62:
        return
    frame = nw.from_native(pd.DataFrame({"a": [amount], "t": [times], "b": [divisor]}))

    assert frame.select(q=share(nw.col("a"), nw.col("t"), nw.col("b")))["q"].to_list() == [expected]
