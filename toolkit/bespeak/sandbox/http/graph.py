"""Billing exports of Microsoft Graph (*billedUsage: export* and its three siblings, *Get operation*, *manifest*)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from bespeak.sandbox.clock import bare, iso
from bespeak.sandbox.export_files import token
from bespeak.sandbox.exports import Attributes, Export, Kind
from bespeak.sandbox.http.exchange import About, Answer, Ask, Route, Service, plain, show_azure
from bespeak.sandbox.http.shapes import graph
from bespeak.sandbox.http.tokens import GRAPH
from bespeak.sandbox.ids import guid
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

#: Seconds after which a caller should look again; the service says ten, and a person who tries things waits for them.
AGAIN = "1"
_ROOT = "/v1.0/reports/partners/billing"
_TYPES = "#microsoft.graph.partners.billing."
_CODE = re.compile(r"[A-Z]{3}")
_NO_RIGHT = ("guest", "lighthouse", "customer-owner", "customer-user")


def export_billed(ask: Ask, world: World, kind: Kind) -> Answer:
    """Begins an export of an invoice."""
    _check_right(ask)
    body = _body(ask)
    invoice = _text(body, "invoiceId")
    export = Export("", kind, world.now, _attributes(body), invoice_id=invoice)
    return _begun(ask, world, export)


def export_unbilled(ask: Ask, world: World, kind: Kind) -> Answer:
    """Begins an export of what is not billed yet; the period before the current one is called ``last`` here."""
    _check_right(ask)
    body = _body(ask)
    currency, period = _text(body, "currencyCode").upper(), _text(body, "billingPeriod").lower()
    if not _CODE.fullmatch(currency):
        raise _bad("currencyCode", "a code of three letters", currency)
    if period not in ("current", "last"):
        raise _bad("billingPeriod", "current or last", period)
    export = Export("", kind, world.now, _attributes(body), currency=currency, period=period)
    return _begun(ask, world, export)


def _begun(ask: Ask, world: World, export: Export) -> Answer:
    made = world.exports.add(export)
    where = f"{ask.root}/graph{_ROOT}/operations/{made.id}"
    return Answer(b"", 202, {"Location": where, "Retry-After": AGAIN})


def get_operation(ask: Ask, world: World) -> Answer:
    """How far an export is, always with status 200."""
    _check_right(ask)
    export = world.exports.find(ask.args["oid"])
    if export is None:
        raise RefusalError(404, "NotFound", f"There is no operation {ask.args['oid']}.")
    status = world.exports.look(export, world.now, empty=not world.export_files.count(export))
    shown: graph.Operation = {
        "@odata.context": f"{ask.root}/graph/v1.0/$metadata#reports/partners/billing/operations/$entity",
        "@odata.type": _TYPES + _OPERATIONS.get(status, "runningOperation"),
        "id": export.id,
        "createdDateTime": iso(export.created),
        "lastActionDateTime": bare(export.finished or world.now),
        "status": status,
    }
    if status == "failed":
        what = "There is no data for this request."
        shown["error"] = {"message": what, "code": "5000"}
    elif status == "succeeded" and world.switches.export_inlines_manifest:
        shown["resourceLocation"] = _manifest(ask, world, export)
    elif status == "succeeded":
        link = f"reports/partners/billing/manifests/{export.manifest_id}"
        shown["resourceLocation@odata.navigationLink"] = link
    headers = {} if export.finished else {"Retry-After": AGAIN}
    return plain(shown, 200, headers)


_OPERATIONS = {"succeeded": "exportSuccessOperation", "failed": "failedOperation"}


def get_manifest(ask: Ask, world: World) -> Answer:
    """The files of a finished export."""
    _check_right(ask)
    wanted = ask.args["mid"]
    export = world.exports.of_manifest(wanted)
    if export is None:
        raise RefusalError(404, "NotFound", f"There is no manifest {wanted}.")
    context = f"{ask.root}/graph/v1.0/$metadata#reports/partners/billing/manifests/$entity"
    return plain({"@odata.context": context, **_manifest(ask, world, export)})


def _manifest(ask: Ask, world: World, export: Export) -> graph.Manifest:
    most = world.switches.export_file_lines
    names = world.export_files.names(export, world.export_files.count(export), most)
    made: datetime = export.finished or export.created
    return {
        "id": export.manifest_id,
        "schemaVersion": "2",
        "dataFormat": "compressedJSONLines",
        "createdDateTime": iso(made),
        "eTag": guid("etag", export.id)[:13],
        "partnerTenantId": world.partner_id,
        "rootDirectory": f"{ask.root}/blobs/{export.folder}",
        "sasToken": token(world.instance, export.folder, world.exports.ends(export)),
        "partitionType": "default",
        "blobCount": len(names),
        "blobs": [{"name": name, "partitionValue": "default"} for name in names],
    }


def _check_right(ask: Ask) -> None:
    if ask.principal in _NO_RIGHT:
        raise RefusalError(
            403, "Forbidden", "This needs the permission PartnerBilling.Read.All in the partner's tenant."
        )


def _body(ask: Ask) -> dict[str, Any]:
    try:
        return ask.body()
    except RefusalError as refusal:
        raise RefusalError(400, "BadRequest", refusal.description) from refusal


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name.lower())
    if not isinstance(value, str) or not value:
        raise _bad(name, "a text", "nothing" if value is None else repr(value))
    return value


def _attributes(body: dict[str, Any]) -> Attributes:
    given = body.get("attributeset")
    if given is None:
        return "full"
    if not isinstance(given, str) or given.lower() not in ("full", "basic"):
        raise _bad("attributeSet", "full or basic", repr(given))
    return "full" if given.lower() == "full" else "basic"


def _bad(name: str, known: str, given: str) -> RefusalError:
    return RefusalError(400, "BadRequest", f"Member '{name}' must be {known}, not {given[:60]}.")


_TEST = "test_graph_export.py::"
_STATES = ("notStarted", "running", "succeeded", "failed")
_ERRORS: tuple[tuple[int, int | str], ...] = ((400, "BadRequest"), (403, "Forbidden"))


def _export(what: str, kind: Kind, *, billed: bool) -> Route:
    """One of the four routes that begin an export."""
    handler = export_billed if billed else export_unbilled
    title = f"{'billed' if billed else 'unbilled'}{what}: export"
    test = "test_a_billed_export_is_worth_its_invoice" if billed else "test_an_export_takes_its_time"
    takes = graph.BilledWish if billed else graph.UnbilledWish
    about = About(title, "G", {202: None}, _TEST + test, takes=takes, errors=_ERRORS)
    path = f"{_ROOT}/{kind}/{'billed' if billed else 'unbilled'}/export"
    return Route("POST", path, lambda ask, world: handler(ask, world, kind), about=about)


_OPERATION = About(
    "Get operation",
    "G; steps by looks invented",
    {200: graph.Operation},
    _TEST + "test_an_export_takes_its_time",
    errors=((403, "Forbidden"), (404, "NotFound")),
    states=_STATES,
)
_MANIFEST = About(
    "Get manifest",
    "G",
    {200: graph.Manifest},
    _TEST + "test_a_manifest_is_read_apart",
    errors=((403, "Forbidden"), (404, "NotFound")),
)
SERVICE = Service(
    "graph",
    "/graph",
    GRAPH,
    (
        _export("Usage", "usage", billed=True),
        _export("Usage", "usage", billed=False),
        _export("Reconciliation", "reconciliation", billed=True),
        _export("Reconciliation", "reconciliation", billed=False),
        Route("GET", f"{_ROOT}/operations/<oid>", get_operation, about=_OPERATION),
        Route("GET", f"{_ROOT}/manifests/<mid>", get_manifest, about=_MANIFEST),
    ),
    show_azure,
)
