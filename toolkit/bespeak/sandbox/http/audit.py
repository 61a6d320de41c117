"""The activity of the partner (Microsoft, *Get a record of Partner Center activity*, *Auditing resources*)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from bespeak.sandbox.audit import AuditRecord as Record
from bespeak.sandbox.clock import iso7
from bespeak.sandbox.http import paging
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, item
from bespeak.sandbox.http.filters import Fields, condition
from bespeak.sandbox.http.partner import is_a, to
from bespeak.sandbox.http.shapes import audit as shapes
from bespeak.sandbox.http.shapes.partner import Page
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.rules import audit_days
from bespeak.sandbox.world import World

PAGE = 500
_DIGITS = 9
_DEFAULT = timedelta(days=30)
_WHERE = "/auditrecords"
#: 0001-01-01 counted in seconds from 1970.
_BEGINNING = 62_135_596_800


def audit_records(ask: Ask, world: World) -> Answer:
    """A page of changes, newest first."""
    asked = _asked(ask)
    state = paging.resume(world, ask, _WHERE)
    if state is not None and state["query"] != asked:
        raise RefusalError(
            400, 2000, "The continuation token belongs to another query. Start at the first page."
        )
    start, end = _window(asked, world)
    wanted = condition(asked["filter"], _fields(world))
    found = [one for one in reversed(world.audit.records) if start <= one.at < end and wanted(one)]
    skip, size = (state or {"skip": 0})["skip"], asked["size"]
    page: Page[shapes.AuditRecord] = {
        "totalCount": len(found[skip : skip + size]),
        "items": [_body(one, world) for one in found[skip : skip + size]],
        "links": {"self": to(f"{_WHERE}?size={size}")},
        "attributes": {"objectType": "Collection"},
    }
    if skip + size < len(found):
        token = paging.issue(world, _WHERE, {"query": asked, "skip": skip + size})
        page["continuationToken"] = token
        page["links"]["next"] = to(f"{ask.path.removeprefix('/v1')}?{_again(asked)}seekOperation=Next")
        page["links"]["next"]["headers"] = [{"key": "MS-ContinuationToken", "value": token}]
    return item(page)


def _asked(ask: Ask) -> dict[str, Any]:
    size = ask.query.get("size") or str(PAGE)
    if not (size.isascii() and size.isdecimal() and len(size) <= _DIGITS):
        raise RefusalError(400, 2001, f"Query parameter 'size' must be a whole number, not '{size[:60]}'.")
    dates = {name: ask.query.get(name.lower(), "") for name in ("startDate", "endDate")}
    return {**dates, "filter": ask.query.get("filter", ""), "size": min(int(size), PAGE) or PAGE}


def _again(asked: dict[str, Any]) -> str:
    return "".join(f"{urlencode({name: value})}&" for name, value in asked.items() if value)


def _window(asked: dict[str, Any], world: World) -> tuple[datetime, datetime]:
    """The days that are asked for; nothing is older than 90 days."""
    now, day = world.now, timedelta(days=1)
    end = _date("endDate", asked["endDate"]) + day if asked["endDate"] else now + day
    start = _date("startDate", asked["startDate"]) if asked["startDate"] else _midnight(now - _DEFAULT)
    if start < _midnight(now - timedelta(days=audit_days())):
        raise RefusalError(400, 2001, f"Records are kept for {audit_days()} days; startDate is earlier.")
    if end <= start:
        raise RefusalError(400, 2001, "Query parameter 'endDate' must not be earlier than 'startDate'.")
    return start, end


def _midnight(instant: datetime) -> datetime:
    return instant.replace(hour=0, minute=0, second=0, microsecond=0)


def _date(name: str, text: str) -> datetime:
    try:
        return datetime.strptime(text[:10], "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise RefusalError(
            400, 2001, f"Query parameter '{name}' must be a date like 2026-11-16, not '{text[:60]}'."
        ) from error


def _fields(world: World) -> Fields[Record]:
    return {
        "companyname": (lambda record: _name(record, world), ("substring",)),
        "customerid": (lambda record: record.customer_id, ("equals",)),
        "resourcetype": (lambda record: record.resource_type, ("equals",)),
    }


def _name(record: Record, world: World) -> str:
    known = world.all_customers.get(record.customer_id)
    return known.name if known else ""


def _body(record: Record, world: World) -> shapes.AuditRecord:
    ticks = int((record.at.timestamp() + _BEGINNING) * 10_000_000) + record.number
    return {
        "id": f"{world.partner_id}_{record.resource_type}_{record.operation}_{ticks}",
        "partnerId": world.partner_id,
        "participants": [],
        "customerId": record.customer_id,
        "customerName": _name(record, world),
        "userPrincipalName": record.user,
        "applicationId": record.application,
        "resourceType": record.resource_type,
        "resourceOldValue": _resource(record.old),
        "resourceNewValue": _resource(record.value),
        "operationType": record.operation,
        "originalCorrelationId": record.request_id,
        "operationDate": iso7(record.at),
        "operationStatus": "succeeded" if record.succeeded else "failed",
        "customizedData": _details(record),
        "attributes": is_a("AuditRecord"),
    }


def _resource(text: str) -> str | None:
    """The resource as JSON; of what is known by its id only, an object with that id."""
    if not text:
        return None
    return text if text.startswith(("{", "[")) else json.dumps({"Id": text}, separators=(",", ":"))


def _details(record: Record) -> list[shapes.KeyValue] | None:
    """The details of an order; nothing for other resources."""
    if record.resource_type != "order" or not record.value.startswith("{"):
        return None
    flat = {
        key: value for key, value in json.loads(record.value).items() if not isinstance(value, (dict, list))
    }
    return [{"key": key, "value": None if value is None else str(value)} for key, value in flat.items()]


_ABOUT = About(
    "Get a record of Partner Center activity by user",
    "D21, S23; order of the list and operations beside the documented ones inferred",
    {200: Page[shapes.AuditRecord]},
    "test_audit.py::test_a_purchase_is_recorded",
    query=(Query("startDate"), Query("endDate"), Query("filter"), Query("size", int)),
    errors=((400, 2000), (400, 2001)),
    states=("succeeded", "failed", "progress", "decline"),
)
ROUTES = (Route("GET", "/v1/auditrecords", audit_records, needs="security", about=_ABOUT),)
