"""How the tables of pandas are shown in a notebook that uses these widgets."""

from __future__ import annotations

import pandas as pd

#: Letters of a cell that are shown: a reason or a name is a sentence, and its end matters.
_LETTERS = 150
_PANDAS_OWN = 50


def dress_tables() -> None:
    """Shows sentences whole, and dollar signs as they are: two of them in a table would become maths in Lab.

    A width that somebody has set stays.
    """
    pd.set_option("display.html.use_mathjax", False)
    if pd.get_option("display.max_colwidth") == _PANDAS_OWN:
        pd.set_option("display.max_colwidth", _LETTERS)
