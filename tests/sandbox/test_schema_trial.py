"""No answer lies outside of the description, and no input breaks the sandbox."""

from __future__ import annotations

import pytest
import schema_trial

from bespeak.sandbox import World

EXAMPLES = 6
OPERATIONS = schema_trial.operations()


@pytest.fixture(scope="module")
def on(folder):
    return schema_trial.stage(World.demo(folder=folder))


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_one_of_the_description(on, name):
    schema_trial.trial(on, OPERATIONS[name], EXAMPLES)
