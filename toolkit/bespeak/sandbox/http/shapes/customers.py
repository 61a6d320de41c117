"""Bodies of customers and their profiles."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from bespeak.sandbox.http.shapes.partner import Attributes, Link


class Address(TypedDict, total=False):
    """A place; ``region`` in a company's address, ``state`` in a billing address."""

    id: str
    country: str
    region: str
    city: str
    state: str
    district: str
    addressLine1: str
    addressLine2: str
    addressLine3: str
    postalCode: str
    firstName: str
    middleName: str
    lastName: str
    emailAddress: str
    phoneNumber: str


class CompanyProfile(TypedDict):
    """What a company is called; its address only when the customer is asked for by id."""

    tenantId: str
    domain: str
    companyName: str
    address: NotRequired[Address]
    email: NotRequired[str]
    organizationRegistrationNumber: NotRequired[str]
    links: dict[str, Link]
    attributes: Attributes


class BillingProfile(TypedDict):
    """Where a customer is billed; its etag is a number as text."""

    id: str
    firstName: NotRequired[str]
    lastName: NotRequired[str]
    email: str
    culture: str
    language: str
    companyName: str
    defaultAddress: Address
    links: dict[str, Link]
    attributes: Attributes


class Credentials(TypedDict):
    """The first administrator of a new customer."""

    userName: str
    password: str


class ShortCustomer(TypedDict):
    """A customer in a list."""

    id: str
    companyProfile: CompanyProfile
    relationshipToPartner: str
    links: dict[str, Link]
    attributes: Attributes


class Customer(TypedDict):
    """A customer by its id."""

    id: str
    commerceId: str
    companyProfile: CompanyProfile
    billingProfile: BillingProfile
    relationshipToPartner: str
    allowDelegatedAccess: bool
    customDomains: list[str]
    associatedPartnerId: NotRequired[str]
    userCredentials: NotRequired[Credentials]
    links: dict[str, Link]
    attributes: Attributes


class CompanyWish(TypedDict, total=False):
    """The company of a new customer."""

    domain: str
    companyName: str | None
    organizationRegistrationNumber: str | None


class BillingWish(TypedDict, total=False):
    """A billing profile that is asked for."""

    id: str | None
    firstName: str | None
    lastName: str | None
    email: str
    culture: str
    language: str
    companyName: str
    defaultAddress: Address


class CustomerWish(TypedDict, total=False):
    """A customer that shall be created."""

    enableGDAPByDefault: bool | None
    companyProfile: CompanyWish
    billingProfile: BillingWish
    associatedPartnerId: str | None


class RelationshipChange(TypedDict, total=False):
    """The end of a relationship."""

    relationshipToPartner: str
