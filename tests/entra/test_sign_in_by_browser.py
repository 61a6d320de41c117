"""Signing in by the browser: who it is, what is asked of whom, and when."""

import threading

import pytest

from bespeak.clients.secret import Secret
from bespeak.errors import SignInError, UnreachableError


def test_the_person_of_the_page_is_signed_in(stage):
    tokens = stage.tokens()
    person = tokens.sign_in()
    assert (person.name, person.second_factor) == ("admin-agent@sandbox.example.com", True)
    assert tokens.person == person
    assert isinstance(tokens.token("partner_center", None), Secret)
