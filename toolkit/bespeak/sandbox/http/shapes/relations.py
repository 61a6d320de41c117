"""Bodies about the relations of a customer: resellers, services, qualifications, agreements, consents."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from bespeak.sandbox.http.shapes.customers import Address
from bespeak.sandbox.http.shapes.partner import Attributes, Link


class Relationship(TypedDict):
    """A partner that this one sells through, or buys from."""

    id: str
    name: str
    relationshipType: str
    state: str
    mpnId: str
    location: str
    attributes: Attributes


class ManagedService(TypedDict):
    """A service that the partner may manage for a customer."""

    id: str
    name: str
    links: dict[str, Link]
    attributes: Attributes


class Invitation(TypedDict):
    """The link by which a customer accepts the relationship."""

    url: str
    attributes: Attributes


class Qualification(TypedDict):
    """A special standing; the date member has two names on the wire."""

    qualification: str
    vettingStatus: Literal["Approved", "InReview", "Denied"]
    vettingReason: NotRequired[str]
    vettingCreatedDate: NotRequired[str]
    vettingCreateDate: NotRequired[str]


class QualificationWish(TypedDict, total=False):
    """A special standing that is asked for."""

    qualification: str
    website: str | None
    validationCode: str | None


class ValidationStatus(TypedDict):
    """How far the account of a customer is checked."""

    type: str
    status: str
    lastUpdateDateTime: str


class ValidationCode(TypedDict):
    """A code with which a government customer can be created."""

    partnerId: str
    organizationName: str
    validationId: str
    maxCreates: int
    remainingCreates: int


class CheckedAddress(TypedDict):
    """An address and how sure it is."""

    originalAddress: Address
    suggestedAddresses: list[Address]
    status: str


class Contact(TypedDict):
    """Who accepted an agreement."""

    firstName: str
    lastName: str
    email: str
    phoneNumber: str


class Agreement(TypedDict):
    """A confirmation that a customer accepted."""

    primaryContact: Contact
    templateId: str
    dateAgreed: str
    type: str
    agreementLink: str
    userId: str


class ContactWish(TypedDict, total=False):
    """Who accepted an agreement."""

    firstName: str
    lastName: str
    email: str
    phoneNumber: str | None


class AgreementWish(TypedDict, total=False):
    """A confirmation that shall be recorded."""

    primaryContact: ContactWish
    templateId: str
    dateAgreed: str | None
    type: str | None


class AgreementTemplate(TypedDict):
    """An agreement that a customer has to accept."""

    templateId: str
    agreementType: str
    agreementLink: str
    versionRank: int


class AgreementDocument(TypedDict):
    """Where the text of an agreement is."""

    displayUri: str
    downloadUri: str
    language: str
    country: str


class DirectSigning(TypedDict):
    """Whether a customer signed with Microsoft itself."""

    isSigned: bool


class Grant(TypedDict):
    """What an application may do."""

    enterpriseApplicationId: str
    scope: str


class Consent(TypedDict):
    """What the application of a vendor may do in the tenant of a customer."""

    applicationId: str
    displayName: str
    applicationGrants: list[Grant]


class GrantWish(TypedDict, total=False):
    """What an application shall be allowed."""

    enterpriseApplicationId: str
    scope: str


class ConsentWish(TypedDict, total=False):
    """What the application of a vendor shall be allowed."""

    applicationId: str
    displayName: str | None
    applicationGrants: list[GrantWish]
