"""Microsoft.Consumption: use of reservations, recommendations and the savings curve."""

from __future__ import annotations

from typing import Literal

from bespeak.sandbox.http.arm.billing_scope import ACCOUNT, PROFILE
from bespeak.sandbox.http.arm.recommending import details as recommendation_details
from bespeak.sandbox.http.arm.recommending import recommendations
from bespeak.sandbox.http.arm.reservation_use import details, summaries
from bespeak.sandbox.http.arm.transactions import transactions
from bespeak.sandbox.http.arm.usage_details import usage_details
from bespeak.sandbox.http.exchange import About, Query, Route
from bespeak.sandbox.http.shapes import consumption as shapes

_ORDER = "/providers/microsoft.capacity/reservationorders/<oid>"
_USED = (_ORDER, f"{_ORDER}/reservations/<rid>", ACCOUNT, PROFILE)
_SUBSCRIPTION = "/subscriptions/<sub>"
_LOOKED = (_SUBSCRIPTION, f"{_SUBSCRIPTION}/resourcegroups/<rg>", ACCOUNT, PROFILE)
_BELOW = "providers/microsoft.consumption"
_VERSION = Query("api-version", needed=True)
_FILTER = Query("$filter")
_NARROW = (
    Query("startDate"),
    Query("endDate"),
    Query("reservationOrderId"),
    Query("reservationId"),
)
_USE_ERRORS = (
    (400, "BadRequest"),
    (403, "AuthorizationFailed"),
    (404, "ReservationOrderNotFound"),
    (404, "ReservationNotFound"),
    (404, "BillingAccountNotFound"),
    (404, "BillingProfileNotFound"),
)
_LOOK_ERRORS = (
    (400, "BadRequest"),
    (400, "InvalidSubscriptionId"),
    (403, "AuthorizationFailed"),
    (404, "SubscriptionNotFound"),
    (404, "BillingAccountNotFound"),
    (404, "BillingProfileNotFound"),
)
_SUMMARIES = About(
    "Reservations Summaries - List",
    "S, W18; the five quantities and 12 MB code INF",
    {200: shapes.ReservationSummaries},
    "test_consumption_use.py::test_x15_a_month_is_the_sum_of_its_days",
    query=(Query("grain", Literal["daily", "monthly"], needed=True), _FILTER, *_NARROW, _VERSION),
    errors=_USE_ERRORS,
)
_DETAILS = About(
    "Reservations Details - List",
    "S, W18; usedHours as hours of the machine INF",
    {200: shapes.ReservationDetails},
    "test_consumption_use.py::test_the_details_name_each_machine_of_each_day",
    query=(_FILTER, *_NARROW, _VERSION),
    errors=_USE_ERRORS,
)
_RECOMMENDATIONS = About(
    "Reservation Recommendations - List",
    "S, D; nothing recorded",
    {200: shapes.Recommendations, 204: None},
    "test_consumption_advice.py::test_a_steady_machine_is_recommended",
    query=(_FILTER, _VERSION),
    errors=_LOOK_ERRORS,
)
_CURVE = About(
    "Reservation Recommendation Details - Get",
    "S; nothing recorded",
    {200: shapes.RecommendationDetails, 204: None},
    "test_consumption_advice.py::test_the_curve_follows_from_its_own_usage",
    query=(
        Query("scope", Literal["Single", "Shared"], needed=True),
        Query("region", needed=True),
        Query("term", Literal["P1Y", "P3Y"], needed=True),
        Query("lookBackPeriod", Literal["Last7Days", "Last30Days", "Last60Days"], needed=True),
        Query("product", needed=True),
        _FILTER,
        _VERSION,
    ),
    errors=_LOOK_ERRORS,
)
_TRANSACTIONS = About(
    "Reservation Transactions - List",
    "S; amounts of refunds below 0 INF",
    {200: shapes.Transactions},
    "test_consumption_use.py::test_transactions_are_payments_and_refunds",
    query=(_FILTER, Query("useMarkupIfPartner"), Query("previewMarkupPercentage"), _VERSION),
    errors=((400, "BadRequest"), (404, "BillingAccountNotFound"), (404, "BillingProfileNotFound")),
)
_USAGE = About(
    "Usage Details - List",
    "W18",
    {200: shapes.UsageDetails},
    "test_consumption_use.py::test_usage_details_name_the_size_in_a_json_text",
    query=(_FILTER, Query("$expand"), Query("$top"), Query("$skiptoken"), Query("metric"), _VERSION),
    errors=(
        (400, "BadRequest"),
        (400, "InvalidSkipToken"),
        (400, "InvalidSubscriptionId"),
        (403, "AuthorizationFailed"),
        (404, "SubscriptionNotFound"),
    ),
)
ROUTES = (
    Route("GET", f"{_SUBSCRIPTION}/{_BELOW}/usagedetails", usage_details, about=_USAGE),
    *(
        Route("GET", f"{at}/{_BELOW}/reservationtransactions", transactions, about=_TRANSACTIONS)
        for at in (ACCOUNT, PROFILE)
    ),
    *(Route("GET", f"{at}/{_BELOW}/reservationsummaries", summaries, about=_SUMMARIES) for at in _USED),
    *(Route("GET", f"{at}/{_BELOW}/reservationdetails", details, about=_DETAILS) for at in _USED),
    *(
        Route("GET", f"{at}/{_BELOW}/reservationrecommendations", recommendations, about=_RECOMMENDATIONS)
        for at in _LOOKED
    ),
    *(
        Route("GET", f"{at}/{_BELOW}/reservationrecommendationdetails", recommendation_details, about=_CURVE)
        for at in _LOOKED
    ),
)
