"""Tables in a notebook: sentences whole, dollar signs as they are."""

import pandas as pd
import pytest

from bespeak_widgets.table_look import dress_tables

REASON = "Storage is not a virtual machine; no VM reservation covers it."


@pytest.mark.parametrize(("width", "after"), [(50, 150), (20, 20)])
def test_a_width_that_somebody_has_set_stays(width, after) -> None:
    with pd.option_context("display.max_colwidth", width):
        dress_tables()
        assert pd.get_option("display.max_colwidth") == after


def test_a_reason_is_shown_whole_and_dollars_are_no_maths() -> None:
    with pd.option_context("display.max_colwidth", 50, "display.html.use_mathjax", True):
        dress_tables()
        html = pd.DataFrame({"reason": [REASON], "paid": ["$5 or $6"]})._repr_html_()
    assert REASON in html
    assert "tex2jax_ignore" in html
