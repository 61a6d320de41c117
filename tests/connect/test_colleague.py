"""A second invented person in the sandbox, for what takes two."""

from bespeak import connect


def test_a_colleague_is_another_person_in_the_same_world():
    session = connect()
    other = session.as_colleague()
    assert (other.world, other.instance, other.home) == (session.world, session.instance, session.home)
    assert other.person.object_id != session.person.object_id
    assert other.person.tenant_id == session.person.tenant_id


def test_the_same_name_is_the_same_person():
    session = connect()
    assert session.as_colleague("a@sandbox.example").person == session.as_colleague("a@sandbox.example").person
