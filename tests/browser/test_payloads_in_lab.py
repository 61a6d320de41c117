"""Names that hold script, in every place of the page: seen as text, nothing runs, nothing is asked.

30 of them here, 300 by ``python tests/browser/payloads.py 300``.
"""

from collections.abc import Iterator

import pytest
from payload_run import _BECAME, Found, _browser, run
from payloads import PLACES, payloads

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> Iterator[Found]:
    """One Lab, one notebook, four saved files."""
    return run(tmp_path_factory.mktemp("payloads"), payloads(30))


def test_nothing_runs(found) -> None:
    assert found.ran == []


def test_nothing_is_asked_outside(found) -> None:
    assert found.outside == []


def test_no_name_becomes_an_element_that_runs_asks_or_leads_away(found) -> None:
    assert found.elements == []


def test_every_name_is_seen_as_it_is_in_every_place(found) -> None:
    assert found.unseen == []
    assert found.sinks >= len(PLACES) + 4 >= 24


def test_the_corpus_runs_where_nothing_guards(found) -> None:
    """Else a page that shows nothing at all would pass."""
    assert found.alive >= 10


def test_an_element_that_a_name_became_is_found() -> None:
    with _browser() as context:
        page = context.new_page()
        page.set_content("<main><p>text</p><a href='javascript:bespeakHit(1)'>open</a></main>")
        assert page.evaluate(_BECAME) == ['<a href="javascript:bespeakHit(1)">open</a>']


def test_the_corpus_has_300_different_payloads() -> None:
    assert len(set(payloads(300))) == 300
