"""The sandbox describes itself, and what it says is a valid description."""

from __future__ import annotations

import json
import re

import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from bespeak.sandbox.described import command
from bespeak.sandbox.described.openapi import UNSAID, described, error_type, openapi_path

SERVICES = command.served()
ROUTES = [(service, route) for service in SERVICES for route in service.routes]


@pytest.fixture(scope="module")
def document():
    return json.loads(json.dumps(described(SERVICES)))


def test_the_sandbox_describes_itself(caller, document):
    answer = caller.control("GET", "/openapi.json")
    assert answer.status_code == 200
    assert answer.get_json() == document


def test_the_description_is_valid_openapi(document):
    assert [str(error) for error in OPENAPI_31_VALIDATOR.iter_errors(document)] == []


def test_every_route_is_in_the_description(document):
    shown = {(path, method) for path, methods in document["paths"].items() for method in methods}
    assert shown == {(openapi_path(service, route), route.method.lower()) for service, route in ROUTES}


def test_no_two_operations_have_one_name(document):
    names = [one["operationId"] for methods in document["paths"].values() for one in methods.values()]
    assert len(names) == len(set(names))


def test_every_reference_leads_somewhere(document):
    asked = set(re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', json.dumps(document)))
    assert asked <= set(document["components"]["schemas"])


def test_no_described_object_has_members_that_are_not_described(document):
    kinds = document["components"]["schemas"].values()
    assert all(kind["additionalProperties"] is False for kind in kinds if "properties" in kind)


def test_the_members_of_an_answer_are_required_unless_they_may_be_absent(document):
    kinds = document["components"]["schemas"]
    assert kinds["ClockMove"]["required"] == ["advance_minutes"]
    assert kinds["FaultWish"]["required"] == ["kind"]


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_service_says_how_it_prints_an_error(service):
    assert error_type(service) is not UNSAID


def test_a_body_of_the_description_refuses_what_is_not_in_it(document):
    kinds = document["components"]["schemas"]
    members = kinds["WorldState"]["properties"]
    assert members["date"] == {"type": "string"}
    assert members["synthetic"] == {"enum": [True]}
