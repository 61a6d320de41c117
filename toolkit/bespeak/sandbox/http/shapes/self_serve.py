"""Bodies of the permission of a customer to buy itself."""

from __future__ import annotations

from typing import TypedDict

from bespeak.sandbox.http.shapes.partner import Attributes


class Entity(TypedDict):
    """Who may buy."""

    selfServeEntityType: str
    tenantID: str


class Grantor(TypedDict):
    """Who allows it."""

    grantorType: str
    tenantID: str


class Permission(TypedDict):
    """What is allowed."""

    resource: str
    action: str


class Policy(TypedDict):
    """A permission; its etag holds double quotes of its own."""

    id: str
    selfServeEntity: Entity
    grantor: Grantor
    permissions: list[Permission]
    attributes: Attributes


class EntityWish(TypedDict, total=False):
    """Who shall be allowed to buy."""

    selfServeEntityType: str
    tenantID: str


class GrantorWish(TypedDict, total=False):
    """Who allows it."""

    grantorType: str
    tenantID: str


class PermissionWish(TypedDict, total=False):
    """What shall be allowed."""

    resource: str
    action: str


class PolicyWish(TypedDict, total=False):
    """A permission that is asked for."""

    selfServeEntity: EntityWish
    grantor: GrantorWish
    permissions: list[PermissionWish]
