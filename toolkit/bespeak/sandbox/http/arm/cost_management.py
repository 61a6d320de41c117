"""Microsoft.CostManagement: cost query, recommended commitments, use of savings plans."""

from __future__ import annotations

from typing import Literal

from bespeak.sandbox.http.arm.billing_scope import ACCOUNT, PROFILE
from bespeak.sandbox.http.arm.cost_query import query
from bespeak.sandbox.http.arm.cost_reports import (
    ask_benefits,
    ask_reservations,
    look_at_benefits,
    look_at_reservations,
)
from bespeak.sandbox.http.arm.plan_advice import plan_recommendations
from bespeak.sandbox.http.arm.plan_summaries import plan_summaries
from bespeak.sandbox.http.exchange import About, Query, Route
from bespeak.sandbox.http.shapes import billing_benefits, cost_management

_BELOW = "providers/microsoft.costmanagement"
_SUBSCRIPTION = "/subscriptions/<sub>"
_GROUP = f"{_SUBSCRIPTION}/resourcegroups/<rg>"
_PLAN_ORDER = "/providers/microsoft.billingbenefits/savingsplanorders/<soid>"
_VERSION = Query("api-version", needed=True)
_ERRORS = (
    (400, "BadRequest"),
    (400, "InvalidSubscriptionId"),
    (403, "AuthorizationFailed"),
    (404, "SubscriptionNotFound"),
    (404, "BillingAccountNotFound"),
    (404, "BillingProfileNotFound"),
)
_TEST = "test_consumption_costs.py::"
_QUERY = About(
    "Query - Usage",
    "W20; views, dimensions and filters D; what a CSP customer sees D",
    {200: cost_management.QueryResult, 204: None},
    f"{_TEST}test_the_actual_cost_of_a_month_is_that_of_its_lines",
    takes=cost_management.QueryRequest,
    query=(_VERSION, Query("$skiptoken")),
    errors=(
        *_ERRORS,
        (400, "InvalidRequestContent"),
        (400, "InvalidSkipToken"),
        (403, "RBACAccessDenied"),
        (404, "NotFound"),
    ),
)
_ADVICE = About(
    "Benefit Recommendations - List",
    "S; which commitments are tried INF",
    {200: cost_management.PlanAdvices},
    f"{_TEST}test_a_commitment_is_recommended_and_its_sums_agree",
    query=(Query("$filter"), Query("$orderby"), Query("$expand"), _VERSION),
    errors=_ERRORS,
)
_USE = About(
    "Benefit Utilization Summaries - List",
    "S",
    {200: billing_benefits.BenefitSummaries},
    f"{_TEST}test_the_use_of_a_plan_by_hour_day_and_month",
    query=(
        Query("grainParameter", Literal["Hourly", "Daily", "Monthly"]),
        Query("$filter"),
        Query("filter"),
        _VERSION,
    ),
    errors=(*_ERRORS, (404, "NotFound")),
)
_REPORTED = (*_ERRORS, (400, "InvalidRequestContent"), (404, "NotFound"), (404, "ReservationOrderNotFound"))
_ASK_BENEFITS = About(
    "Generate Benefit Utilization Summaries Report",
    "S; how long it runs INF",
    {202: None},
    f"{_TEST}test_a_report_runs_is_complete_and_is_a_file",
    takes=cost_management.ReportRequest,
    query=(_VERSION,),
    errors=(*_REPORTED, (404, "ReservationNotFound")),
)
_LOOK_BENEFITS = About(
    "Benefit Utilization Summaries Operation Results",
    "S",
    {200: cost_management.ReportStatus},
    f"{_TEST}test_a_report_runs_is_complete_and_is_a_file",
    query=(_VERSION,),
    errors=(*_REPORTED, (404, "ReservationNotFound")),
    states=("Running", "Complete"),
)
_ASK_DETAILS = About(
    "Generate Reservation Details Report",
    "S",
    {202: None},
    f"{_TEST}test_the_report_of_reservations_has_a_row_a_day_and_machine",
    query=(Query("startDate", needed=True), Query("endDate", needed=True), _VERSION),
    errors=_ERRORS,
)
_LOOK_DETAILS = About(
    "Reservation Details Operation Results",
    "S",
    {200: cost_management.ReportStatus},
    f"{_TEST}test_the_report_of_reservations_has_a_row_a_day_and_machine",
    query=(_VERSION,),
    errors=(*_ERRORS, (404, "NotFound")),
    states=("Running", "Completed"),
)
_ORDER = "/providers/microsoft.capacity/reservationorders/<oid>"
_BENEFITS_AT = (
    ACCOUNT,
    PROFILE,
    _PLAN_ORDER,
    f"{_PLAN_ORDER}/savingsplans/<spid>",
    _ORDER,
    f"{_ORDER}/reservations/<rid>",
)
_RESULTS = "benefitutilizationsummariesoperationresults/<rep>"
_REPORTS = (
    *(
        Route(
            "POST",
            f"{at}/{_BELOW}/generatebenefitutilizationsummariesreport",
            ask_benefits,
            about=_ASK_BENEFITS,
        )
        for at in _BENEFITS_AT
    ),
    *(
        Route("GET", f"{at}/{_BELOW}/{_RESULTS}", look_at_benefits, about=_LOOK_BENEFITS)
        for at in _BENEFITS_AT
    ),
    *(
        Route("POST", f"{at}/{_BELOW}/generatereservationdetailsreport", ask_reservations, about=_ASK_DETAILS)
        for at in (ACCOUNT, PROFILE)
    ),
    *(
        Route(
            "GET",
            f"{at}/{_BELOW}/reservationdetailsoperationresults/<rep>",
            look_at_reservations,
            about=_LOOK_DETAILS,
        )
        for at in (ACCOUNT, PROFILE)
    ),
)
ROUTES = (
    *_REPORTS,
    *(
        Route("POST", f"{at}/{_BELOW}/query", query, about=_QUERY)
        for at in (_SUBSCRIPTION, _GROUP, ACCOUNT, PROFILE, f"{ACCOUNT}/customers/<cid>")
    ),
    *(
        Route("GET", f"{at}/{_BELOW}/benefitrecommendations", plan_recommendations, about=_ADVICE)
        for at in (_SUBSCRIPTION, _GROUP, ACCOUNT, PROFILE)
    ),
    *(
        Route("GET", f"{at}/{_BELOW}/benefitutilizationsummaries", plan_summaries, about=_USE)
        for at in (ACCOUNT, PROFILE, _PLAN_ORDER, f"{_PLAN_ORDER}/savingsplans/<spid>")
    ),
)
