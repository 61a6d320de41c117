"""Who may import whom: never upstream, never in a circle, not even inside a function."""

from __future__ import annotations

import ast
from collections import defaultdict
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

BASE = {"errors", "money", "tables", "policy", "markup", "worlds"}
KNOWLEDGE = BASE | {"terms", "catalogue"}
#: For each room of ``bespeak`` the rooms that it may import; a new room needs a line here, and one in CONTRIBUTING.
MAY_IMPORT = {
    **dict.fromkeys(BASE | {"terms", "catalogue"}, KNOWLEDGE),
    **dict.fromkeys(("clients", "journal", "charts"), BASE),
    "sandbox": set(),
    "settings": {"errors"},
    "connect": BASE | {"clients", "sandbox", "settings"},
    "customers": KNOWLEDGE | {"clients"},
    "usage": KNOWLEDGE | {"clients", "customers"},
    "advice": KNOWLEDGE | {"usage"},
    "buying": KNOWLEDGE | {"clients", "customers", "journal", "usage", "advice"},
    "holdings": KNOWLEDGE | {"clients", "customers", "journal", "usage", "advice", "buying"},
    "portfolio": KNOWLEDGE | {"clients", "customers", "usage", "advice", "buying", "holdings"},
    "review": KNOWLEDGE | {"clients", "charts", "customers", "usage", "advice", "buying", "holdings"},
    "doctor": KNOWLEDGE | {"clients", "journal", "buying"},
    "terminal": set(),
    "opening": BASE | {"clients", "connect", "settings"},
    "doctor_command": KNOWLEDGE | {"clients", "connect", "doctor", "opening", "terminal"},
    "journal_command": KNOWLEDGE | {"buying", "clients", "journal", "opening", "review", "terminal"},
    "kernel": set(),
    "working_copies": {"errors"},
    "child": {"errors"},
    "lab_socket": set(),
    "lab": {"errors", "child", "working_copies"},
    "keys_command": KNOWLEDGE | {"clients"},
    "usage_command": KNOWLEDGE | {"clients", "customers", "opening", "terminal", "usage"},
    "cli": {"errors", "lab", "doctor_command", "journal_command", "keys_command", "usage_command"},
}
#: Outside libraries that belong to some rooms or modules only; everything else in this list belongs to nobody.
ONLY_IN = {
    "httpx": {"clients"},
    "msgspec": {"sandbox", "usage"},
    # The table engines: steps are narwhals expressions; the store is Parquet with DuckDB over it.
    **{name: {"usage", "portfolio"} for name in ("narwhals", "duckdb")},
    "pyarrow": {"usage"},
    "pyspark": set(),
    **{name: {"sandbox"} for name in ("flask", "werkzeug", "waitress")},
    **{name: {"bespeak_widgets"} for name in ("ipywidgets", "traitlets", "anywidget", "IPython")},
    "plotly": {"charts", "review", "bespeak_widgets"},
    "xlsxwriter": {"review.workbook"},
    **{name: set() for name in ("requests", "aiohttp", "urllib3", "urllib.request", "http.client")},
    # A pickle runs what it holds.
    **{name: set() for name in ("pickle", "marshal", "shelve", "joblib")},
    # Tokens and the store that keeps them.
    **{name: {"clients.entra", "clients.key_store"} for name in ("msal", "msal_extensions")},
    # The answer of a sign-in comes to a port of this machine.
    "http.server": {"clients.entra.loopback"},
    "filelock": {"clients.limiter", "usage.store"},
    # The doctor looks which version it is.
    "sqlite3": {"journal", "doctor.machine"},
    "subprocess": {"lab", "child"},
    "webbrowser": {"connect", "lab"},
    "platformdirs": {"connect", "lab", "doctor_command", "journal_command", "keys_command", "usage_command"},
}
CLOCK_READERS = {
    "connect",
    "kernel",
    "doctor.machine",
    "cli",
    "lab",
    "child",
    "sandbox.clock",
    "sandbox.server",
}
ENVIRONMENT_READERS = {"connect", "lab", "sandbox.server", "doctor.machine"}
#: Where sleep, running time and chance come from; everywhere else they are arguments.
CHANCE_GIVERS = {
    "connect",
    "usage_command",
    "clients.real_door",
    "clients.sandbox_door",
    "clients.entra.choosing",
    "clients.entra.opening",
    "sandbox.clock",
    "sandbox.server",
    "sandbox.serving_options",
    "sandbox.http.app",
    "bespeak_widgets.reservation_form",
}


def module_name(path: Path) -> str:
    """The import name of a source file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts[1:]).removesuffix(".__init__")


FILES = {
    module_name(path): ast.parse(path.read_text(encoding="utf8"))
    for path in [*ROOT.glob("toolkit/bespeak/**/*.py"), *ROOT.glob("widgets/bespeak_widgets/**/*.py")]
}
WIDGETS = {module for module in FILES if module.split(".")[0] == "bespeak_widgets"}


def room(module: str) -> str:
    """The room of a module: ``bespeak.usage.demand`` is in ``usage``; the face is in ``bespeak``."""
    first, *rest = module.split(".")
    return rest[0] if rest and first == "bespeak" else first


def written(module: str) -> set[str]:
    """All that a module imports, wherever in it, with the full name of each thing."""
    found = set()
    for node in ast.walk(FILES[module]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports by dots; write the full name"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def in_modules(found: set[str]) -> set[str]:
    """The modules of ours that these names are in: ``bespeak.money.Money`` is in ``bespeak.money``."""
    return {name if name in FILES else name.rpartition(".")[0] for name in found} & set(FILES)


WRITTEN = {module: written(module) for module in FILES}
OURS = {module: in_modules(found) - {module} for module, found in WRITTEN.items()}


def test_every_room_has_its_place():
    assert {room(module) for module in FILES} - {"bespeak", "bespeak_widgets"} <= set(MAY_IMPORT)


def test_a_module_imports_only_from_rooms_that_it_may_know():
    rooms = {module: room(module) for module in FILES if room(module) in MAY_IMPORT}
    known = {(module, room(name)) for module in rooms for name in OURS[module]}
    assert {
        (module, to) for module, to in known if to not in MAY_IMPORT[rooms[module]] | {rooms[module]}
    } == set()


def test_a_widget_knows_only_the_face_of_the_toolkit():
    face = [node.value for node in FILES["bespeak"].body if isinstance(node, ast.Assign)]
    offered = {f"bespeak.{name}" for name in ast.literal_eval(face[0])} | {"bespeak"}
    known = {
        (module, name) for module in WIDGETS for name in WRITTEN[module] if name.split(".")[0] == "bespeak"
    }
    assert {(module, name) for module, name in known if name not in offered} == set()


def test_no_modules_import_each_other_in_a_circle():
    TopologicalSorter(OURS).prepare()


def test_no_rooms_import_each_other_in_a_circle():
    rooms = defaultdict(set)
    for module, known in OURS.items():
        rooms[room(module)] |= {room(name) for name in known} - {room(module)}
    TopologicalSorter(rooms).prepare()


@pytest.mark.parametrize("library", sorted(ONLY_IN))
def test_a_library_stays_in_its_room(library):
    users = {module for module, found in WRITTEN.items() if any(is_in(name, library) for name in found)}
    assert {module for module in users if not any(lives_in(module, at) for at in ONLY_IN[library])} == set()


def lives_in(module: str, place: str) -> bool:
    """Whether a module of ours is the place, or in it."""
    return is_in(module.removeprefix("bespeak."), place)


def is_in(name: str, library: str) -> bool:
    """Whether a name is the library's own or of one of its modules."""
    return name == library or name.startswith(f"{library}.")


@pytest.mark.parametrize(
    ("names", "readers"),
    [
        ({"os.environ", "os.environb", "os.getenv"}, ENVIRONMENT_READERS),
        (
            {"time.sleep", "time.monotonic", "time.perf_counter", "uuid.uuid1", "uuid.uuid4", "os.urandom"},
            CHANCE_GIVERS,
        ),
        ({"secrets.token_urlsafe", "secrets.token_hex", "secrets.token_bytes"}, CHANCE_GIVERS),
        ({"random.random", "random.choice", "random.uniform", "random.randint"}, set()),
        ({"random.Random()"}, CHANCE_GIVERS),
    ],
    ids=["environment", "time and ids", "secrets", "shared chance", "chance without a seed"],
)
def test_only_the_outermost_modules_reach_for(names, readers):
    """Everything else is told by its arguments; an import by ``from`` would hide a reach and is none of ours."""
    reach = {
        module
        for module, tree in FILES.items()
        if any(
            isinstance(node, ast.Attribute | ast.Call) and ast.unparse(node) in names
            for node in ast.walk(tree)
        )
        or WRITTEN[module] & names
    }
    assert {module.removeprefix("bespeak.") for module in reach} <= readers


def test_only_the_outermost_modules_read_the_clock():
    reads = {
        (module, ast.unparse(node)) for module in FILES for node in ast.walk(FILES[module]) if is_clock(node)
    }
    assert {
        (module, read) for module, read in reads if module.removeprefix("bespeak.") not in CLOCK_READERS
    } == set()


def is_clock(node: ast.AST) -> bool:
    """Whether the node is ``datetime.now``, ``date.today``, ``pd.Timestamp.now``, ``time.time`` or the like."""
    if not isinstance(node, ast.Attribute):
        return False
    owner = ast.unparse(node.value).split(".")[-1]
    of_a_date = owner in {"datetime", "date", "dt", "Timestamp"} and node.attr in {"now", "today", "utcnow"}
    return of_a_date or (owner == "time" and node.attr in {"time", "time_ns"})
