"""Runs the notebooks and writes their reference outputs: the same bytes each time, so that a diff shows a change.

    python3 -m toolkit notebooks [NOTEBOOK ...]

Each notebook runs in a fresh kernel in its own folder, as nbval runs it. What differs from machine to machine or
from run to run is left out: widget ids and states, times, versions, paths in tracebacks, messages to stderr.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

FOLDER = Path(__file__).parents[2] / "notebooks"
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_RANDOM = "application/vnd.jupyter.widget-view+json"
_OWN_METADATA = ("tags", "jupyter", "editable", "deletable")
_ADDRESS = re.compile(r"(?<= at )0x[0-9a-f]{6,}")


def main(names: list[str]) -> int:
    """Writes the notebooks that are named, or all of them; 1 when one of them fails or cannot be compared."""
    os.environ.pop("BESPEAK_SANDBOX", None)
    troubles = 0
    for path in [Path(name) for name in names] or sorted(FOLDER.glob("*.ipynb")):
        began = time.monotonic()
        before = path.read_text(encoding="utf8")
        notebook = run(nbformat.reads(before, 4), path.parent)
        after = nbformat.writes(notebook) + "\n"
        path.write_text(after, encoding="utf8", newline="\n")
        state = "as before" if after == before else "written"
        print(f"{path.name}: {state}, {time.monotonic() - began:.1f} s")
        for complaint in complaints(notebook):
            troubles += 1
            print(f"  {complaint}", file=sys.stderr)
    return int(troubles > 0)


def run(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """The notebook after a run in a fresh kernel, without what differs from run to run."""
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources).execute()
    notebook.metadata = NotebookNode(kernelspec=_KERNEL, language_info={"name": "python"})
    notebook.nbformat_minor = max(notebook.nbformat_minor, 5)
    for number, cell in enumerate(notebook.cells):
        cell.setdefault("id", hashlib.sha256(f"{number} {cell.source}".encode()).hexdigest()[:8])
        cell.metadata = NotebookNode(
            {key: cell.metadata[key] for key in _OWN_METADATA if key in cell.metadata}
        )
        if cell.cell_type == "code":
            cell.outputs = _stable(cell.outputs)
    return notebook


def _stable(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """The outputs with neighbouring pieces of a stream joined, and without ids, stderr and tracebacks."""
    kept: list[NotebookNode] = []
    for output in outputs:
        if output.output_type == "stream":
            if output.name == "stderr":
                continue
            if kept and kept[-1].output_type == "stream":
                kept[-1].text += output.text
                continue
        elif output.output_type == "error":
            output.traceback = [f"{output.ename}: {output.evalue}"]
        else:
            output.data.pop(_RANDOM, None)
        kept.append(output)
    return kept


def complaints(notebook: NotebookNode) -> list[str]:
    """What would make the comparison worth nothing, or fail the next time, in sentences."""
    shown = [(cell.execution_count, output) for cell in notebook.cells for output in cell.get("outputs", [])]
    return [
        f"cell {count} shows the address of an object: give it a text form"
        for count, output in shown
        if _ADDRESS.search(output.get("text", "") + str(output.get("data", {}).get("text/plain", "")))
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
