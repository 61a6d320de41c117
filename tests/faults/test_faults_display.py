"""Faults of what is shown and kept: script, formulas, paths, secrets, the sandbox's door, files that are swapped."""

from __future__ import annotations

import builtins
import copy
import gzip
import io
import json
import pickle
import re
import socket
import sqlite3
import sys
import threading
import urllib.request
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter

sys.path.insert(0, str(Path(__file__).parents[1] / "leaks"))
sys.path.insert(0, str(Path(__file__).parents[1] / "sandbox"))
import formulas
import hostile
import tiny_world
from flows import Hurry
from payloads import payloads
from secrets_seen import CANARIES, Notes, verbose

import bespeak
from bespeak.buying.limits import read_limits
from bespeak.clients.call import Answer
from bespeak.clients.partner_center.customers import list_customers
from bespeak.clients.partner_center.prices import price_sheet
from bespeak.clients.sandbox_door import served_door
from bespeak.clients.secret import Secret
from bespeak.clients.wire import ShapeError, parse
from bespeak.errors import BespeakError
from bespeak.journal import Journal
from bespeak.review import choose, save_study_page, save_study_tables, save_study_workbook
from bespeak.review.words import advice_rows
from bespeak.sandbox import World, serve
from bespeak.sandbox.keeping import KeptError, unpack
from bespeak.sandbox.serving_options import OptionError, options
from bespeak.settings import read_settings
from bespeak.usage import read_cost_export
from bespeak_widgets import CustomerLookup, ReservationDesk

KEY = CANARIES["token of the sandbox"]
SETTINGS = Path(__file__).parents[2] / "toolkit" / "bespeak" / "lab_settings" / "jupyter_server_config.json"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_world.write(tmp_path_factory.mktemp("tables"))


@pytest.fixture(scope="module")
def served(folder):
    server = serve(World.demo(folder=folder), 0, KEY)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server
    server.close()
    thread.join(5)


def named(tmp_path, texts):
    """A session in which everything is called by the texts, and the study of its first customer."""
    (tmp_path / "world").mkdir()
    session = hostile.session(tmp_path / "world", texts, tmp_path / "home")
    details = bespeak.find_customer(session, hostile.guid(1, 0))
    return session, bespeak.study(session, details, 7)


def test_f56_script_in_names_is_text_in_widgets_and_pages(tmp_path):
    """In headless Chromium: tests/browser/test_payloads_in_lab.py."""
    texts = payloads(20)
    session, study = named(tmp_path, texts)
    page = save_study_page(tmp_path, study, choose(study, next(iter(advice_rows(study).rows))), 1).read_text(
        "utf-8"
    )
    shown = [
        page,
        *(part.value for part in _parts(CustomerLookup(session, texts[0])) if hasattr(part, "value")),
    ]
    for html in map(str, shown):
        bare = re.sub(r"<script[^>]*>.*?</script>|<style>.*?</style>", "", html, flags=re.DOTALL)
        assert not re.search(
            r"<(?:script|img|svg|iframe|a|object|form|input|video|math)\b(?![^>]*data-)", bare
        )
    assert texts[0] in str(CustomerLookup(session, texts[0]))


def _parts(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _parts(child)


def test_f57_formulas_in_names_are_text_in_every_file_and_come_back(tmp_path):
    found = formulas.run(tmp_path, formulas.formulas(30))
    assert (found.formulas, found.lost) == ([], [])


def test_f60_a_name_that_is_a_path_or_an_address_is_neither_opened_nor_asked(tmp_path, monkeypatch):
    secret = tmp_path / "private.html"
    secret.write_text("<b>CONTENT OF THE FILE</b>")
    texts = [str(secret), secret.as_uri(), "http://127.0.0.1:9/x.png", "https://collector.invalid/a.svg"] * 3
    session, study = named(tmp_path, texts)
    opened: list[str] = []
    real = builtins.open

    def noted(file, *more, **others):
        opened.append(str(file))
        return real(file, *more, **others)

    def ask(*_args, **_more):
        raise AssertionError("a request was made")

    monkeypatch.setattr(builtins, "open", noted)
    monkeypatch.setattr(io, "open", noted)
    monkeypatch.setattr(urllib.request, "urlopen", ask)
    monkeypatch.setattr(socket.socket, "connect", ask)
    desk = ReservationDesk(session, hostile.guid(1, 0), days=7, folder=str(tmp_path / "out"))
    files = [
        save_study_page(tmp_path, study),
        save_study_workbook(tmp_path, study),
        *save_study_tables(tmp_path, study),
    ]
    monkeypatch.undo()
    told = str(desk) + repr(desk._repr_mimebundle_()) + bespeak.customers(session).to_html()
    told += "".join(path.read_text("latin-1") for path in files)
    assert str(secret) in told
    assert "CONTENT OF THE FILE" not in told
    assert not [name for name in opened if "private" in name]


@pytest.mark.parametrize("kind", [KeyboardInterrupt, MemoryError, ValueError, OSError])
@pytest.mark.parametrize("place", ["exchange._built", "exchange.parse", "sign_in.Grant.__init__"])
def test_f61_an_error_tells_no_token(served, monkeypatch, place, kind):
    """Twelve kinds at ten places, with logs and notebooks: tests/leaks/canaries.py."""
    monkeypatch.setattr("bespeak.clients.sandbox_door.time", Hurry())
    door = served_door(served.url, KEY)

    def broken(*_args, **_more):
        raise kind("boom")

    monkeypatch.setattr(f"bespeak.clients.{place}", broken)
    with pytest.raises((kind, BespeakError)) as caught:
        door.collect(list_customers())
    notes = Notes()
    notes.put_error("break", caught.value)
    assert notes.finds({"token": KEY}) == []
    assert "boom" in verbose(caught.value) or isinstance(caught.value, BespeakError)


def test_f62_a_client_and_a_secret_give_nothing_away(served):
    door = served_door(served.url, KEY)
    door.collect(list_customers())
    notes = Notes()
    for name, value in {
        "door": door,
        "secret": Secret(KEY),
        "list": [Secret(KEY)],
        "dict": {"a": Secret(KEY)},
    }.items():
        notes.put_value(name, name, value)
    answer = Answer(200, {"set-cookie": KEY}, KEY.encode(), {"access_token": KEY})
    notes.put("answer", "text", f"{answer} {answer!r} {[answer]}")
    assert notes.finds({"token": KEY}) == []
    for refused in (pickle.dumps, copy.deepcopy, copy.copy):
        with pytest.raises(TypeError):
            refused(Secret(KEY))
    with pytest.raises(TypeError):
        json.dumps(Secret(KEY))


def test_f63_an_exported_notebook_runs_and_loads_nothing():
    """With the settings that our Lab gives its exporter; secrets in notebooks: tests/leaks."""
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)><b>fine</b>"
    output = nbformat.v4.new_output("display_data", {"text/html": evil})
    state = {"version_major": 2, "version_minor": 0, "state": {}}
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", outputs=[output])])
    made.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": state}
    html, _ = HTMLExporter(**json.loads(SETTINGS.read_text())["HTMLExporter"]).from_notebook_node(made)
    assert "<b>fine</b>" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert not re.search(r"<script>alert|<img[^>]*onerror", html)
    assert not re.search(r"<(?:script|link|img|iframe)[^>]*\b(?:src|href)=[\"']?https?:", html)
    assert not re.search(r"unpkg\.com|require\.min\.js|MathJax\.js", html)


def raw(served, *lines, body=b"{}"):
    """The status and the answer of a request that is written by hand."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=5) as wire:
        head = ["POST /control/reset HTTP/1.1", f"Content-Length: {len(body)}", "Connection: close", *lines]
        wire.sendall("\r\n".join([*head, "", ""]).encode() + body)
        answer = b""
        while piece := wire.recv(65_536):
            answer += piece
    return int(answer.split()[1]), answer.lower()


def test_f64_a_foreign_host_name_is_refused_without_a_change(served):
    before = served.hall.first.world.snapshot()
    status, _ = raw(served, f"Host: evil.test:{served.port}", f"Authorization: Bearer {KEY}")
    assert status == 421  # Misdirected Request: this host name is nobody's here
    assert served.hall.first.world.snapshot() == before


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (["Origin: https://evil.test", f"Authorization: Bearer {KEY}"], 403),
        ([], 401),
        (["Origin: null"], 403),
    ],
)
def test_f65_a_page_of_another_site_or_no_token_is_refused(served, lines, status):
    before = served.hall.first.world.snapshot()
    got, answer = raw(served, f"Host: 127.0.0.1:{served.port}", *lines)
    assert got == status
    assert b"access-control-allow" not in answer
    assert served.hall.first.world.snapshot() == before


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.com"])
def test_f66_another_address_than_this_machines_is_refused(served, host):
    assert served._server.adj.listen[0][3][0] == "127.0.0.1"
    with pytest.raises(OptionError, match="listens on this machine only"):
        options(["--host", host])


class Bomb:
    """Runs when it is unpickled."""

    def __reduce__(self):
        return exec, ("import builtins; builtins.bespeak_bomb = True",)


def swaps() -> dict[str, bytes]:
    """What somebody may put in the place of a file: pickles, parquet with an extension type, archives, noise."""
    bomb = pickle.dumps(Bomb())
    store = io.BytesIO()
    with zipfile.ZipFile(store, "w") as archive:
        archive.writestr("../../x.csv", "a,b\r\n1,2\r\n")
        archive.writestr("data.pkl", bomb)
    extension = b"PAR1" + b"ARROW:extension:name\x15arrow.py_extension_type" + bomb + b"\x00\x00\x00\x20PAR1"
    return {
        "pickle": bomb,
        "packed pickle": gzip.compress(bomb),
        "parquet with an extension type": extension,
        "archive": store.getvalue(),
        "JSON with a constructor": b'{"py/reduce": [{"py/function": "os.system"}, ["touch x"]]}',
        "YAML with a tag": b"!!python/object/apply:os.system ['touch x']",
        "noise": bytes(range(256)) * 16,
    }


READERS = {
    "cost export": lambda path, _folder: read_cost_export(path),
    "packed cost export": lambda path, _folder: read_cost_export(gzip.compress(path.read_bytes())),
    "settings": lambda path, _folder: read_settings(path, ("global",)),
    "limits": lambda path, _folder: read_limits(path.rename(path.with_name("limits.toml")).parent),
    "journal": lambda path, _folder: _journal(path),
    "sandbox state": lambda path, folder: unpack(path.read_bytes(), World.demo(folder=folder)),
    "price sheet": lambda path, _folder: price_sheet("US", "azure_reservations").read(
        Answer(200, {"content-type": "application/octet-stream"}, path.read_bytes())
    ),
    "answer": lambda path, _folder: parse(path.read_bytes()),
    "saved table": lambda path, _folder: bespeak.review.read_table(path),
}


#: A text that names a constructor is a text to whoever reads texts.
TEXTS = {
    "answer": {"JSON with a constructor"},
    "price sheet": {"JSON with a constructor"},
    "saved table": {"JSON with a constructor", "YAML with a tag"},
}


def _journal(path):
    path = path.rename(path.with_name("journal.sqlite"))
    journal = Journal.in_folder(path.parent, "sandbox", "x")
    journal.begin("i", "c", {"a": "b"}, at=datetime(2026, 11, 16, tzinfo=UTC))


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("swap", swaps())
def test_f67_a_file_that_was_swapped_is_never_run_and_gets_a_sentence(tmp_path, folder, reader, swap):
    path = tmp_path / "file"
    path.write_bytes(swaps()[swap])
    if swap in TEXTS.get(reader, ()):
        READERS[reader](path, folder)
    else:
        with pytest.raises((BespeakError, KeptError, ShapeError), match=r"\w"):
            READERS[reader](path, folder)
    assert not hasattr(builtins, "bespeak_bomb")


def test_f67_a_journal_is_a_table_of_texts_and_numbers(tmp_path):
    """No column of the journal is ever unpickled or evaluated: blobs are not even stored."""
    journal = Journal.in_folder(tmp_path, "sandbox", "x")
    journal.begin("i", "c", {"a": "b"}, at=datetime(2026, 11, 16, tzinfo=UTC))
    with sqlite3.connect(tmp_path / "journal.sqlite") as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        kinds = {type(v) for t in tables for row in connection.execute(f"SELECT * FROM {t}") for v in row}
    connection.close()
    assert kinds <= {str, int, type(None)}
