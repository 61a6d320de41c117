"""Bodies of Microsoft.Resources and Microsoft.Management."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict


class ManagedBy(TypedDict):
    """A tenant that manages the subscription on behalf."""

    tenantId: str


class SubscriptionPolicies(TypedDict):
    """What kind of offer a subscription is."""

    locationPlacementId: str
    quotaId: str
    spendingLimit: str


class AzureSubscription(TypedDict):
    """One subscription (Microsoft, *Subscriptions - Get*)."""

    id: str
    authorizationSource: str
    managedByTenants: list[ManagedBy]
    subscriptionId: str
    tenantId: str
    displayName: str
    state: str
    subscriptionPolicies: SubscriptionPolicies


class Count(TypedDict):
    """How many there are."""

    type: str
    value: int


class AzureSubscriptions(TypedDict):
    """One page of subscriptions."""

    value: list[AzureSubscription]
    count: Count
    nextLink: NotRequired[str]


class Tenant(TypedDict):
    """The directory of the token."""

    id: str
    tenantId: str
    countryCode: str
    displayName: str
    domains: list[str]
    tenantCategory: str


class Tenants(TypedDict):
    """The directories that the caller can see."""

    value: list[Tenant]


class Provisioned(TypedDict):
    """The state of a resource group."""

    provisioningState: str


class ResourceGroup(TypedDict):
    """One resource group."""

    id: str
    name: str
    type: str
    location: str
    tags: dict[str, str]
    properties: Provisioned


class ResourceGroups(TypedDict):
    """One page of resource groups."""

    value: list[ResourceGroup]
    nextLink: NotRequired[str]


class Resource(TypedDict):
    """One resource without its properties."""

    id: str
    name: str
    type: str
    location: str
    tags: dict[str, str]


class Resources(TypedDict):
    """One page of resources."""

    value: list[Resource]
    nextLink: NotRequired[str]


class ResourceType(TypedDict):
    """A type of a provider."""

    resourceType: str
    locations: list[str]
    apiVersions: list[str]


class Provider(TypedDict):
    """A resource provider of a subscription."""

    id: str
    namespace: str
    resourceTypes: list[ResourceType]
    registrationState: str
    registrationPolicy: str


class Providers(TypedDict):
    """All resource providers."""

    value: list[Provider]


class GroupParent(TypedDict):
    """The management group above."""

    id: str
    name: str
    displayName: str


class GroupDetails(TypedDict):
    """Where a management group stands; that of the root has no parent."""

    version: int
    parent: NotRequired[GroupParent]


class GroupChild(TypedDict):
    """A subscription or a group below a management group."""

    id: str
    type: str
    name: str
    displayName: str


class GroupProperties(TypedDict):
    """What a management group is."""

    tenantId: str
    displayName: str
    details: NotRequired[GroupDetails]
    children: NotRequired[list[GroupChild]]


class ManagementGroup(TypedDict):
    """One management group."""

    id: str
    type: str
    name: str
    properties: GroupProperties


class ManagementGroups(TypedDict):
    """The management groups of a tenant."""

    value: list[ManagementGroup]


class GroupSubscriptionProperties(TypedDict):
    """A subscription in a management group."""

    tenant: str
    displayName: str
    parent: dict[str, Any]
    state: str


class GroupSubscription(TypedDict):
    """That a subscription is in a management group."""

    id: str
    type: str
    name: str
    properties: GroupSubscriptionProperties


class GroupRequest(TypedDict):
    """The body of a new management group; all of it may be left out."""

    name: NotRequired[str]
    properties: NotRequired[dict[str, Any]]
