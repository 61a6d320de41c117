"""Where each worked example of the domain guide is held over HTTP, or why it is no behaviour of a server."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
#: Worked example -> tests over HTTP (file::name), or one sentence that says why a server has nothing to do with it.
PLACES: dict[str, tuple[str, ...] | str] = {
    "X-01": ("test_worked_examples_http.py::test_x01_a_large_machine_is_covered_in_part",),
    "X-02": ("test_worked_examples_http.py::test_x02_an_hour_is_filled_once",),
    "X-03": ("test_worked_examples_http.py::test_x03_a_covered_record_counts_by_its_ratio",),
    "X-04": (
        "test_consumption_costs.py::test_x04_a_reserved_day_is_used_or_unused_and_adds_up_to_its_share",
    ),
    "X-05": "A reader of daily rows bounds what it cannot see; the server knows each hour (test_benefit_hours.py).",
    "X-06": (
        "test_refunds_http.py::test_the_refund_is_counted_by_days",
        "test_refunds_http.py::test_on_the_last_day_one_day_comes_back",
        "test_refunds_http.py::test_some_of_the_instances_are_returned",
        "test_refunds_http.py::test_the_fee_of_2020_is_a_text_of_its_time",
    ),
    "X-07": ("test_refunds_http.py::test_the_lower_price_counts",),
    "X-08": (
        "test_refunds_http.py::test_after_eighteen_payments_half_remains",
        "test_refunds_http.py::test_what_is_cancelled_counts_not_what_is_paid_out",
        "test_refunds_http.py::test_a_large_reservation_can_be_returned_after_the_twentieth_payment",
        "test_refunds_http.py::test_of_three_large_ones_one_can_be_returned",
    ),
    "X-09": (
        "test_refunds_http.py::test_each_amount_leaves_the_limit_after_365_days",
        "test_refunds_http.py::test_a_refund_of_a_leap_year_leaves_a_day_sooner",
    ),
    "X-10": ("test_refunds_http.py::test_paid_is_consumed_and_refunded",),
    "X-11": (
        "test_exchanges_http.py::test_an_exchange_costs_the_difference",
        "test_exchanges_http.py::test_the_new_commitment_is_at_least_what_remains",
        "test_exchanges_http.py::test_a_monthly_return_drops_its_payments",
        "test_exchanges_http.py::test_a_savings_plan_counts_with_its_whole_commitment",
    ),
    "X-12": ("test_exchanges_http.py::test_a_trade_in_commits_to_what_remains",),
    "X-13": (
        "test_consumption_advice.py::test_x13_c_the_best_quantity_is_five",
        "test_consumption_advice.py::test_x13_e_an_office_machine_is_not_recommended",
    ),
    "X-14": ("test_consumption_advice.py::test_x14_the_published_sample",),
    "X-15": (
        "test_sandbox_purchase.py::test_x15_the_day_of_purchase_counts_its_remaining_hours",
        "test_capacity_purchase.py::test_x15_the_first_day_has_the_hours_that_are_left",
        "test_consumption_use.py::test_x15_a_month_is_the_sum_of_its_days",
    ),
    "X-16": ("test_capacity_purchase.py::test_x16_the_quota_counts_for_a_single_scope_only",),
    "X-17": ("test_consumption_costs.py::test_x17_savings_follow_from_amortised_rows",),
    "X-18": ("test_worked_examples_http.py::test_x18_the_narrow_scope_leaves_the_shared_one_for_the_last",),
    "X-19": ("test_worked_examples_http.py::test_x19_the_rest_of_a_machine_moves_on_to_the_plan",),
    "X-20": (
        "test_billing_lines.py::test_x20_a_covered_line_earns_no_credit_and_costs_nothing",
        "test_prices_sheets.py::test_x20_the_partner_pays_for_usage_less_credit_and_for_a_reservation_in_its_currency",
    ),
    "X-21": (
        "test_prices_sheets.py::test_x21_the_total_of_a_line_is_rounded_down_in_the_currency_of_the_bill",
    ),
    "X-22": (
        "test_exchanges_http.py::test_the_day_of_the_purchase_decides",
        "test_exchanges_http.py::test_what_comes_of_an_exchange_is_bought_anew",
        "test_exchanges_http.py::test_each_quantity_has_its_own_right",
        "test_renewals.py::test_a_renewal_after_the_day_cannot_be_exchanged",
    ),
    "X-23": (
        "test_sandbox_purchase.py::test_x23_a_closed_series_cannot_be_ordered",
        "test_capacity_purchase.py::test_x23_a_closed_term_is_not_sold",
        "test_capacity_catalog.py::test_x23_a_closed_term_is_listed_but_restricted_and_without_a_price",
    ),
}
TESTS = [(name, one) for name, places in PLACES.items() if not isinstance(places, str) for one in places]


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((HERE / file).read_text(encoding="utf8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_worked_example_has_a_place():
    assert list(PLACES) == [f"X-{number:02}" for number in range(1, 24)]


@pytest.mark.parametrize(("name", "test"), TESTS)
def test_the_test_of_a_worked_example_exists(name, test):
    file, _, function = test.partition("::")
    assert function in names_in(file), name
