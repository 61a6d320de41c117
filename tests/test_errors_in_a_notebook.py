"""An error of the toolkit in a notebook: its sentence, and not the inside of the toolkit."""

import pytest
from IPython.core.interactiveshell import InteractiveShell


@pytest.fixture
def shell():
    return InteractiveShell()


def test_the_sentence_stands_in_the_place_of_the_traceback(shell, capsys) -> None:
    shell.run_cell("import bespeak; raise bespeak.InputError('That is wrong.', 'Do this.')")
    told = capsys.readouterr().out
    assert "InputError: That is wrong. Do this." in told
    assert "Traceback" not in told


def test_another_error_keeps_its_traceback(shell, capsys) -> None:
    shell.run_cell("1 / 0")
    assert "Traceback" in capsys.readouterr().out
