"""Bodies of the billing exports of Microsoft Graph."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class BilledWish(TypedDict):
    """Which invoice is exported, with which attributes."""

    invoiceId: str
    attributeSet: NotRequired[str | None]


class UnbilledWish(TypedDict):
    """Which period that is not billed yet is exported, in which currency, with which attributes."""

    currencyCode: str
    billingPeriod: str
    attributeSet: NotRequired[str | None]


class Blob(TypedDict):
    """One file of an export."""

    name: str
    partitionValue: str


#: The files of an export and where they are.
Manifest = TypedDict(
    "Manifest",
    {
        "@odata.context": NotRequired[str],
        "id": str,
        "schemaVersion": str,
        "dataFormat": Literal["compressedJSONLines"],
        "createdDateTime": str,
        "eTag": str,
        "partnerTenantId": str,
        "rootDirectory": str,
        "sasToken": str,
        "partitionType": str,
        "blobCount": int,
        "blobs": list[Blob],
    },
)


class Failure(TypedDict):
    """Why an export failed."""

    message: str
    code: str


#: How far an export is.
Operation = TypedDict(
    "Operation",
    {
        "@odata.context": str,
        "@odata.type": str,
        "id": str,
        "createdDateTime": str,
        "lastActionDateTime": str,
        "status": Literal["notStarted", "running", "succeeded", "failed"],
        "resourceLocation": NotRequired[Manifest],
        "resourceLocation@odata.navigationLink": NotRequired[str],
        "error": NotRequired[Failure],
    },
)
