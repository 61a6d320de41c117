"""Bodies of Microsoft.Authorization."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class RoleAssignmentProperties(TypedDict):
    """Who holds which role where."""

    roleDefinitionId: str
    principalId: str
    principalType: str
    scope: str
    condition: None
    conditionVersion: None
    createdOn: str
    updatedOn: str
    createdBy: str
    updatedBy: str
    delegatedManagedIdentityResourceId: None
    description: None


class RoleAssignment(TypedDict):
    """One role assignment (Microsoft, *Role Assignments - Get*, 2022-04-01)."""

    properties: RoleAssignmentProperties
    id: str
    type: str
    name: str


class RoleAssignments(TypedDict):
    """Role assignments; the list comes in one page."""

    value: list[RoleAssignment]
    nextLink: None


class RoleAssignmentWish(TypedDict):
    """What is to be assigned."""

    roleDefinitionId: str
    principalId: str
    principalType: NotRequired[str]


class RoleAssignmentRequest(TypedDict):
    """The body of a new role assignment."""

    properties: RoleAssignmentWish


class Permission(TypedDict):
    """Patterns of actions."""

    actions: list[str]
    notActions: list[str]
    dataActions: list[str]
    notDataActions: list[str]


class RoleDefinitionProperties(TypedDict):
    """What a role allows."""

    roleName: str
    type: str
    description: str
    assignableScopes: list[str]
    permissions: list[Permission]


class RoleDefinition(TypedDict):
    """One role, built in or custom."""

    properties: RoleDefinitionProperties
    id: str
    type: str
    name: str


class RoleDefinitions(TypedDict):
    """Roles."""

    value: list[RoleDefinition]


class PermissionRequest(TypedDict):
    """Patterns of actions of a new role."""

    actions: list[str]
    notActions: NotRequired[list[str]]


class RoleDefinitionWish(TypedDict):
    """What a custom role is to allow."""

    roleName: str
    description: NotRequired[str]
    assignableScopes: list[str]
    permissions: list[PermissionRequest]


class RoleDefinitionRequest(TypedDict):
    """The body of a custom role."""

    properties: RoleDefinitionWish
