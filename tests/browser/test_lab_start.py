"""``bespeak lab`` as a person meets it: a quiet page, and kernels that share the served sandbox."""

from __future__ import annotations

import nbformat
import pytest
from lab_driver import lab_page, served_lab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: A cell of the test, not of a notebook of ours: it shows where the kernel finds the sandbox, without the token.
CELL = "import os, json, urllib.parse as u; u.urlsplit(json.loads(os.environ['BESPEAK_SANDBOX'])['url']).hostname"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mine") / "bespeak"
    folder.mkdir()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / "scratch.ipynb")
    with served_lab(folder) as lab, lab_page(lab) as shown:
        shown.open("scratch.ipynb")
        shown.run_all()
        shown.wait_until_run()
        yield shown


def test_a_kernel_finds_the_sandbox_on_this_machine(page):
    assert page.page.locator(".jp-OutputArea-output").inner_text().strip() == "'127.0.0.1'"
    assert page.kernel_errors() == []


def test_nothing_pops_up(page):
    """No question about news, no newer version, no dialog to choose a kernel."""
    assert page.page.locator(".jp-Dialog, .Toastify__toast").count() == 0


def test_no_request_leaves_the_machine(page):
    assert page.outside == []


def test_the_server_looks_for_no_news_and_no_newer_version(page):
    get = "path => fetch(path).then(r => r.text())"
    assert '"news": []' in page.page.evaluate(get, f"{page.lab.url}lab/api/news?token={page.lab.token}")
    assert '"notification": null' in page.page.evaluate(
        get, f"{page.lab.url}lab/api/update?token={page.lab.token}"
    )
