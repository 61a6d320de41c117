"""The cost query: sums of actual or amortised cost by day and at most two dimensions (recorded, 2020)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from bespeak.sandbox.cost_rows import Asked, CostRow, cost_rows
from bespeak.sandbox.http.arm.billing_scope import check_billing_scope
from bespeak.sandbox.http.arm.cost_question import Question, dimension_of, read_question
from bespeak.sandbox.http.arm.places import page, place_of, read_body
from bespeak.sandbox.http.exchange import Answer, Ask, plain
from bespeak.sandbox.http.shapes import cost_management as shapes
from bespeak.sandbox.ids import guid
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

#: Rows a page.
PAGE = 1000
ACTION = "Microsoft.CostManagement/query/action"
_RATE = "microsoft.costmanagement"
#: On every answer, also 200: their presence says nothing of throttling.
RATES = {
    f"x-ms-ratelimit-remaining-{_RATE}-entity-requests": "29",
    f"x-ms-ratelimit-remaining-{_RATE}-tenant-requests": "199",
    f"x-ms-ratelimit-{_RATE}-entity-retry-after": "60",
    f"x-ms-ratelimit-{_RATE}-tenant-retry-after": "60",
}


def query(ask: Ask, world: World) -> Answer:
    """The sums of a query; 204 when there is nothing."""
    try:
        asked_of = _scope(ask, world)
        return _answer(ask, world, read_question(read_body(ask), world.now), asked_of)
    except RefusalError as refusal:
        refusal.headers = RATES | refusal.headers
        raise


def _answer(ask: Ask, world: World, question: Question, of: Asked) -> Answer:
    asked = replace(of, view=question.view, start=question.start, end=question.end)
    rows = _summed(question, (row for row in cost_rows(world, asked) if question.keep(row)))
    if not rows:
        return Answer(status=204, headers=RATES)
    shown, following = page(ask, rows, PAGE)
    name = guid("cost query", ask.path, question.view, question.start, question.groups)
    scope = ask.path[: ask.path.lower().rindex("/providers/microsoft.costmanagement")].strip("/")
    kind = "Microsoft.CostManagement/query"
    body: shapes.QueryResult = {
        "id": f"{scope}/providers/{kind}/{name}",
        "name": name,
        "type": kind,
        "location": None,
        "sku": None,
        "eTag": None,
        "properties": {"nextLink": following, "columns": _columns(question), "rows": shown},
    }
    return plain(body, headers=RATES)


def _columns(question: Question) -> list[shapes.Column]:
    columns: list[shapes.Column] = [{"name": name, "type": "Number"} for name in question.sums]
    if question.daily:
        columns.append({"name": "UsageDate", "type": "Number"})
    columns += [{"name": name, "type": "String"} for name in question.groups]
    return [*columns, {"name": "Currency", "type": "String"}]


def _summed(question: Question, rows: Iterable[CostRow]) -> list[list[float | int | str]]:
    sums: dict[tuple[int | str, ...], list[Decimal]] = {}
    for row in rows:
        key: list[int | str] = [int(f"{row.day:%Y%m%d}")] if question.daily else []
        key += [dimension_of(row, name) for name in question.groups]
        held = sums.setdefault((*key, row.currency), [Decimal(0)] * len(question.sums))
        for place, name in enumerate(question.sums):
            held[place] += row.quantity if name.lower() == "usagequantity" else row.cost
    return [[*(float(round(one, 6)) for one in held), *key] for key, held in sorted(sums.items())]


def _scope(ask: Ask, world: World) -> Asked:
    """Whose costs the path is about, if the caller may see them."""
    start = world.now
    if "ba" in ask.args:
        check_billing_scope(ask, world)
        customers = _customers(ask, world)
        return Asked(customers, "Usage", start, start)
    group = ask.args.get("rg", "")
    place = place_of(ask, world, ACTION, f"/resourceGroups/{group}" if group else "")
    if place.held.kind != "azure_plan":
        # Cost Management needs an Azure plan and the Microsoft Customer Agreement (D-1222).
        what = (
            "Cost Management supports only Enterprise Agreement, Web direct and Microsoft Customer Agreement offer "
            "types. This subscription has the offer MS-AZR-0145P."
        )
        raise RefusalError(400, "BadRequest", what)
    if ask.principal.startswith("customer-") and not world.switches.customers_see_costs:
        what = "The partner has not enabled the cost visibility policy for its customers."
        raise RefusalError(403, "RBACAccessDenied", what)
    return Asked(
        (place.customer.id,),
        "Usage",
        start,
        start,
        retail=True,
        azure_ids=(place.azure.id,),
        resource_group=group,
    )


def _customers(ask: Ask, world: World) -> tuple[str, ...]:
    if "cid" in ask.args:
        found = ask.args["cid"].lower()
        if found not in world.directory.customers:
            raise RefusalError(
                404, "NotFound", f"Customer '{found[:60]}' was not found in this billing account."
            )
        return (found,)
    return tuple(one for one in world.directory.customers if _has_plan(world, one))


def _has_plan(world: World, customer_id: str) -> bool:
    return any(one.kind == "azure_plan" for one in world.directory.subscriptions_of(customer_id))
