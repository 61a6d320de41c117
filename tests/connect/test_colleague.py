"""A second invented person in the sandbox, for what takes two."""

import pytest

from bespeak import connect
from bespeak.clients.partner_center.customers import list_customers
from bespeak.errors import RefusedError


def test_a_colleague_is_another_person_in_the_same_world():
    session = connect()
    other = session.as_colleague()
    assert (other.world, other.instance, other.home) == (session.world, session.instance, session.home)
    assert other.person.object_id != session.person.object_id
    assert other.person.tenant_id == session.person.tenant_id


def test_the_same_name_is_the_same_person():
    session = connect()
    assert (
        session.as_colleague("a@sandbox.example").person == session.as_colleague("a@sandbox.example").person
    )


def test_a_colleague_signs_in_with_a_role_of_their_own():
    """A billing admin sees no customers; a sales agent does; nobody has a role that the sandbox has not."""
    session = connect()
    assert session.as_colleague().person.name == "sales-agent@sandbox.example"
    assert session.as_colleague().door.collect(list_customers())
    with pytest.raises(RefusedError, match="has no right to this"):
        session.as_colleague("billing-admin").door.collect(list_customers())
    with pytest.raises(RefusedError):
        session.as_colleague("nobody").door.collect(list_customers())
