"""The dated rules: each file reads into its records, each rule says where it stands."""

from __future__ import annotations

import csv
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bespeak import policy
from bespeak.errors import BespeakError
from bespeak.policy import ClosedSeries, ExchangeRight, Market, RefundFee, RefundPool, Rule, Term, load
from bespeak.policy.load import _record

FAMILIES = [kind for kind in map(vars(policy).get, policy.__all__) if hasattr(kind, "FAMILY")]
SIZES = Path(__file__).parents[2] / "sample_data" / "reference" / "sizes.csv"


def test_every_file_has_a_record_and_every_record_a_file():
    files = {path.stem for path in Path(policy.__file__).parent.glob("*.toml")}
    assert files == {kind.FAMILY for kind in FAMILIES}


@pytest.mark.parametrize("kind", FAMILIES, ids=lambda kind: kind.FAMILY)
def test_every_rule_names_its_number_its_page_and_its_date(kind):
    for rule in load(kind):
        assert re.fullmatch(r"D-\d{3,4}|A\d{1,2}", rule.id)
        assert len(rule.source) > 10
        assert date(2018, 1, 1) < rule.source_date < date(2027, 1, 1)
        assert str(rule.source_date) in rule.citation


def test_a_rule_holds_from_its_first_day_to_the_day_before_its_end():
    rule = Rule(
        id="D-000",
        source="A page",
        source_date=date(2026, 1, 1),
        starts=date(2026, 7, 1),
        ends=date(2026, 8, 1),
    )
    days = [date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 31), date(2026, 8, 1)]
    assert [rule.holds(day) for day in days] == [False, True, True, False]


def test_a_day_leaves_only_the_rules_that_hold():
    assert load(ClosedSeries, date(2026, 6, 30)) == ()
    assert len(load(ClosedSeries, date(2026, 7, 1))) == 2


def test_lists_of_a_file_cannot_be_changed():
    assert isinstance(load(ClosedSeries)[0].series, tuple)


def test_a_rule_with_a_wrong_field_is_named():
    with pytest.raises(BespeakError, match=r"Rule D-520 in closed_series\.toml is not a ClosedSeries"):
        _record(ClosedSeries, {"id": "D-520", "seris": ["Dsv3"]})


def test_terms_have_microsofts_hours():
    """D-503."""
    assert {rule.term: (rule.hours, rule.months, rule.provisioning) for rule in load(Term)} == {
        "P1Y": (8760, 12, "1Year"),
        "P3Y": (26280, 36, "3Years"),
    }


def test_the_refund_pool_is_fifty_thousand_dollars_in_365_days_for_each_customer():
    """D-803, D-805."""
    (pool,) = load(RefundPool)
    assert (pool.limit, pool.currency, pool.window_days, pool.counted_per) == (
        Decimal(50000),
        "USD",
        365,
        "customer",
    )


def test_no_fee_is_kept_of_a_refund_today():
    """D-808."""
    assert [fee.rate for fee in load(RefundFee, date(2026, 11, 16))] == [Decimal(0)]


def test_the_exchange_rules_leave_no_purchase_day_without_a_right():
    """D-830, D-835: the boundary day belongs to the new regime."""
    for on in (date(2026, 1, 1), date(2027, 1, 31), date(2027, 2, 1), date(2030, 1, 1)):
        for bought in (date(2024, 1, 1), date(2027, 1, 31), date(2027, 2, 1), date(2029, 12, 31)):
            if bought <= on:
                assert len([rule for rule in load(ExchangeRight, on) if rule.concerns(bought)]) == 1


def test_the_countries_are_the_109_names_of_the_page_and_three_disputed_ones():
    """D-640 (109 names; three share BQ, two share SJ), D-641."""
    closed, disputed = load(Market)
    assert closed.countries == tuple(sorted(set(closed.countries)))
    assert all(re.fullmatch("[A-Z]{2}", code) for code in closed.countries + disputed.countries)
    assert len(closed.countries) + 2 + 1 + 1 == 109  # BQ stands for three, SJ for two, Azerbaijan is disputed
    assert set(disputed.countries) == {"AZ", "BR", "RU"}
    assert not set(disputed.countries) & set(closed.countries)


def test_every_closed_series_is_a_series_of_the_size_table():
    """D-520: the names in the rule and the names read from sizes are the same words."""
    with SIZES.open(encoding="utf-8", newline="") as file:
        known = {row["series"] for row in csv.DictReader(file)}
    assert {series for rule in load(ClosedSeries) for series in rule.series} <= known
