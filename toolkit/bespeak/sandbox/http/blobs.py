"""The storage that holds exported files: whoever has the address may read them until it ends (Azure, *Get Blob*)."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.sax.saxutils import escape

from bespeak.sandbox.export_files import may_read
from bespeak.sandbox.exports import Export
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, Service
from bespeak.sandbox.ids import guid
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.report_files import report_file
from bespeak.sandbox.world import World

_XML = "application/xml"
_BYTES = "application/octet-stream"


def get_file(ask: Ask, world: World) -> Answer:
    """One file, as it is: it is gzip itself, so there is no Content-Encoding."""
    folder, name = ask.args["folder"].lower(), ask.args["name"]
    if not may_read(world.instance, folder, ask.query) or _ended(ask.query["se"], world):
        raise RefusalError(
            403, "AuthenticationFailed", "The signature of this address is wrong or has ended."
        )
    report = world.reports.of_folder(folder)
    if report is not None and report.name == name:
        return Answer(report_file(world, report), content_type=_BYTES)
    export = world.exports.of_manifest(folder)
    if export is None:
        raise RefusalError(404, "ContainerNotFound", "The container does not exist.")
    most = world.switches.export_file_lines
    names = world.export_files.names(export, world.export_files.count(export), most)
    if name not in names:
        raise RefusalError(404, "BlobNotFound", "The file does not exist.")
    body = world.export_files.file(export, names.index(name), most)
    return Answer(body, 200, _headers(export), content_type=_BYTES)


def _ended(ends: str, world: World) -> bool:
    return world.now >= datetime.strptime(ends, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _headers(export: Export) -> dict[str, str]:
    tag = guid("etag", export.id)[:13].replace("-", "").upper()
    return {"ETag": f'"0x{tag}"', "x-ms-version": "2021-08-06", "x-ms-blob-type": "BlockBlob"}


def show_storage(refusal: RefusalError) -> Answer:
    """An error of the storage: XML, with the code in a header too."""
    words = f"<Code>{escape(str(refusal.code))}</Code><Message>{escape(refusal.description)}</Message>"
    body = f'\ufeff<?xml version="1.0" encoding="utf-8"?><Error>{words}</Error>'
    headers = {**refusal.headers, "x-ms-error-code": str(refusal.code)}
    return Answer(body.encode(), refusal.status, headers, content_type=_XML)


_FILE = About(
    "Get Blob",
    "G; storage service as known",
    {200: _BYTES},
    "test_graph_export.py::test_an_address_ends",
    query=tuple(map(Query, ("sv", "sr", "sp", "se", "sig"))),
    errors=((403, "AuthenticationFailed"), (404, "ContainerNotFound"), (404, "BlobNotFound")),
)
SERVICE = Service(
    "blobs", "/blobs", "", (Route("GET", "/<folder>/<name>", get_file, about=_FILE),), show_storage
)
