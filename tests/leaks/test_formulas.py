"""No name is a formula in any file that is saved, and each comes back as it was (60 here, 300 by the command)."""

import formulas
import pandas as pd
import pytest


def test_no_cell_of_a_csv_file_or_a_workbook_is_a_formula(tmp_path) -> None:
    found = formulas.run(tmp_path, formulas.formulas(60))
    assert (found.formulas, found.lost) == ([], [])
    assert found.cells > 2_000


def test_the_corpus_has_300_different_texts() -> None:
    assert len(set(formulas.formulas(300))) == 300


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_formula_that_is_written_as_one_is_seen(tmp_path, ending) -> None:
    """What pandas itself writes: the check must see it."""
    found, path = formulas.Found(), tmp_path / f"t.{ending}"
    table = pd.DataFrame({"name": ["=1+1"]})
    if ending == "csv":
        table.to_csv(path, index=False)
        formulas._look_at_csv(path, found)
    else:
        table.to_excel(path, index=False, engine="xlsxwriter")
        formulas._look_at_workbook(path, [], found)
    assert found.formulas
