"""The tools of a contributor: reference outputs that do not drift, and figures with bounds."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


def _load(path: str):
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / "tests" / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def writer():
    return _load("tools/write_outputs.py")


@pytest.fixture
def runner(monkeypatch):
    monkeypatch.setattr(sys, "path", sys.path.copy())
    return _load("bench/run.py")


@pytest.fixture
def figures():
    return _load("bench/figures.py")


@pytest.fixture(scope="module")
def written(writer, tmp_path_factory):
    """A small notebook after its outputs were written twice: the bytes of both times."""
    path = tmp_path_factory.mktemp("notebooks") / "small.ipynb"
    sources = [
        "import sys; print('a'); print('b', file=sys.stderr); print('c')",
        "1 / 0",
        "import ipywidgets as W\nW.Text('x')",
    ]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    cells[1].metadata = {"tags": ["raises-exception"], "execution": {"iopub.execute_input": "12:00"}}
    notebook = nbformat.v4.new_notebook(
        cells=cells,
        metadata={"widgets": {"state": {}}, "language_info": {"name": "python", "version": "3.9"}},
    )
    nbformat.write(notebook, path)
    states = []
    for _ in range(2):
        assert writer.main([str(path)]) == 0
        states.append(path.read_bytes())
    return states


@pytest.fixture
def cells(written):
    return json.loads(written[0])["cells"]


def test_a_second_run_writes_the_same_bytes(written):
    assert written[0] == written[1]


def test_nothing_of_the_machine_or_the_widgets_is_written(written):
    metadata = json.loads(written[0])["metadata"]
    assert set(metadata) == {"kernelspec", "language_info"}
    assert metadata["language_info"] == {"name": "python"}
    assert b"widget-view" not in written[0]


def test_every_cell_has_its_count_and_keeps_only_its_tags(cells):
    assert [cell["execution_count"] for cell in cells] == [1, 2, 3]
    assert [cell["metadata"] for cell in cells] == [{}, {"tags": ["raises-exception"]}, {}]


def test_a_stream_is_one_piece_without_stderr(cells):
    assert cells[0]["outputs"] == [{"name": "stdout", "output_type": "stream", "text": ["a\n", "c\n"]}]


def test_an_error_is_told_without_paths(cells):
    assert cells[1]["outputs"][0]["traceback"] == ["ZeroDivisionError: division by zero"]


def test_a_widget_is_its_text_form(cells):
    assert cells[2]["outputs"][0]["data"] == {"text/plain": ["Text(value='x')"]}


def test_an_address_in_an_output_is_complained_about(writer):
    cell = nbformat.v4.new_code_cell("x", execution_count=4)
    cell.outputs = [
        nbformat.v4.new_output("execute_result", data={"text/plain": "<object at 0x7fe7cca6f270>"})
    ]
    notebook = nbformat.v4.new_notebook(cells=[cell])
    assert writer.complaints(notebook) == ["cell 4 shows the address of an object: give it a text form"]


def _benchmark(folder: Path, name: str, body: str) -> None:
    (folder / f"bench_{name}.py").write_text(f"def figures():\n    {body}\n", encoding="utf8")


@pytest.fixture
def benchmarks(runner, monkeypatch, tmp_path):
    """A runner over a folder of its own; the project's bench.json stays as it is."""
    monkeypatch.setattr(runner, "HERE", tmp_path)
    monkeypatch.setattr(runner, "ROOT", tmp_path)
    return tmp_path


def _figure(*, ok: bool) -> str:
    return f"return [dict(name='speed', value=2.0, unit='s', bound=3, ok={ok})]"


def test_figures_are_printed_and_written(runner, benchmarks, capsys):
    _benchmark(benchmarks, "good_one", _figure(ok=True))
    assert runner.main([]) == 0
    assert json.loads((benchmarks / "bench.json").read_text()) == [
        {"name": "speed", "value": 2.0, "unit": "s", "bound": 3, "ok": True}
    ]
    assert "speed" in capsys.readouterr().out


def test_a_broken_bound_fails(runner, benchmarks):
    _benchmark(benchmarks, "bad_one", _figure(ok=False))
    assert runner.main([]) == 1


def test_a_benchmark_that_breaks_is_a_figure_that_does_not_hold(runner, benchmarks):
    _benchmark(benchmarks, "breaking", "raise OSError('no')")
    _benchmark(benchmarks, "running", _figure(ok=True))
    assert runner.main([]) == 1
    told = json.loads((benchmarks / "bench.json").read_text())
    assert [(figure["name"], figure["ok"]) for figure in told] == [("bench_breaking", False), ("speed", True)]


def test_no_benchmark_of_that_name_fails(runner, benchmarks):
    _benchmark(benchmarks, "other", _figure(ok=True))
    assert runner.main(["nothing"]) == 1


def test_a_part_of_the_benchmarks_leaves_the_written_figures_alone(runner, benchmarks):
    _benchmark(benchmarks, "good_one", _figure(ok=True))
    _benchmark(benchmarks, "other", _figure(ok=True))
    (benchmarks / "bench.json").write_text("[]")
    assert runner.main(["good"]) == 0
    assert (benchmarks / "bench.json").read_text() == "[]"


def test_a_figure_of_numpy_can_be_written(figures):
    assert json.dumps(figures.at_most("speed", np.float64(2), "s", 3))


@pytest.mark.parametrize(
    ("kind", "value", "ok"),
    [("at_most", 3, True), ("at_most", 3.01, False), ("at_least", 3, True), ("at_least", 2.9, False)],
)
def test_a_bound_is_a_ceiling_or_a_floor(figures, kind, value, ok):
    assert getattr(figures, kind)("speed", value, "s", 3)["ok"] is ok


@pytest.mark.parametrize(("count", "expected"), [(1, 1), (20, 19), (100, 95), (10, 10)])
def test_the_95th_percentile_is_a_value_that_was_measured(figures, count, expected):
    assert figures.percentile([float(value) for value in range(count, 0, -1)]) == expected
