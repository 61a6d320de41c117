"""What Entra ID's refusals become: one sentence, who must act, the next step, and nothing secret."""

import tomllib
from importlib.resources import files

import pytest

from bespeak.clients.entra.refusals import explain, needs_a_person

CANARY = "canary-5b1d"
CODES = tomllib.loads(files("bespeak.clients.entra").joinpath("errors.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("code", CODES)
def test_every_code_says_what_it_is_what_it_means_and_what_to_do(code):
    asked = (
        {"error": code} if code.islower() else {"error": "x", "error_description": f"{code}: words {CANARY}"}
    )
    error = explain(asked)
    assert error.what.startswith("You are not signed in: ")
    assert "nothing was bought" in error.what
    assert error.next_step.endswith(".")
    assert error.code == code
    assert CANARY not in str(error)


@pytest.mark.parametrize("code", [code for code, told in CODES.items() if "administrator" in told["who"]])
def test_a_code_that_is_not_the_person_s_names_who_must_act(code):
    assert "administrator must act: " in explain({"error": code, "error_description": code}).next_step


def test_every_code_of_the_table_has_a_person_or_somebody_who_acts():
    assert all(
        told["who"] in {"you", "nobody", "your administrator", "you or your administrator"}
        for told in CODES.values()
    )


def test_the_number_counts_before_the_word():
    error = explain({"error": "invalid_grant", "error_codes": [50173], "error_description": "AADSTS1: x"})
    assert error.code == "AADSTS50173"
    assert "revoked" in error.what


def test_a_number_that_is_not_known_falls_back_to_its_word():
    error = explain({"error": "consent_required", "error_codes": [99999999]})
    assert "consented" in error.what
    assert error.code == "AADSTS99999999"


@pytest.mark.parametrize(
    "result",
    [{}, {"error": CANARY + "!"}, {"error": None}, {"error_codes": "50076"}, {"error_codes": [None]}],
)
def test_what_nobody_knows_is_still_a_sentence(result):
    error = explain(result)
    assert "Entra ID refused it" in error.what
    assert CANARY not in str(error)


def test_nothing_of_the_answer_is_repeated():
    result = dict.fromkeys(
        (
            "access_token",
            "refresh_token",
            "id_token",
            "error_description",
            "error_uri",
            "trace_id",
            "suberror",
        ),
        CANARY,
    )
    error = explain({"error": "invalid_grant", **result})
    assert CANARY not in f"{error!r}{error}{vars(error)}{error.args}"


@pytest.mark.parametrize(
    ("claims", "kept"),
    [
        ('{"access_token":{}}', '{"access_token":{}}'),
        ("not json", ""),
        ("[1]", ""),
        (None, ""),
        ("{" * 5000, ""),
        ('{"a":"' + "x" * 5000 + '"}', ""),
    ],
)
def test_claims_are_kept_when_they_are_an_object(claims, kept):
    assert explain({"error": "interaction_required", "claims": claims}).claims == kept


@pytest.mark.parametrize(("told", "kept"), [("abc-1", "abc-1"), ("a b", ""), ("x" * 65, ""), (None, "")])
def test_a_correlation_id_is_kept_when_it_is_one(told, kept):
    error = explain({"error": "invalid_grant", "correlation_id": told})
    assert error.correlation_id == kept


def test_one_more_sentence_comes_with_the_next_step():
    assert "The clock is wrong." in explain({"error": "invalid_client"}, "The clock is wrong.").next_step


def test_what_a_person_can_do_something_about():
    assert needs_a_person(explain({"error_codes": [50076]}))
    assert not needs_a_person(explain({"error_codes": [7000222]}))
    assert needs_a_person(explain({}))
