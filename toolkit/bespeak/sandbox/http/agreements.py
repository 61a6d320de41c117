"""The Microsoft Customer Agreement (Microsoft, *Get confirmation of customer acceptance* and neighbours)."""

from __future__ import annotations

from typing import Any

from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, item
from bespeak.sandbox.http.partner import listing
from bespeak.sandbox.http.shapes import relations as shapes
from bespeak.sandbox.http.shapes.partner import Collection
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

_KNOWN = frozenset({"microsoftcustomeragreement", "microsoftcloudagreement", "*"})


def agreements(ask: Ask, world: World) -> Answer:
    """Confirmations of the Microsoft Customer Agreement; without ``agreementType`` the old agreement is meant."""
    customer = world.customer(ask.args["cid"])
    wanted = _asked(ask, "MicrosoftCloudAgreement") != "microsoftcloudagreement"
    return item(listing(world.agreements.confirmed(customer) if wanted else []))


def _asked(ask: Ask, default: str) -> str:
    asked = ask.query.get("agreementtype") or default
    if asked.lower() not in _KNOWN:
        raise RefusalError(400, 3000, f"There is no agreement type '{asked}'."[:300])
    return asked.lower()


def confirm_agreement(ask: Ask, world: World) -> Answer:
    """Records that the customer accepted the agreement."""
    customer = world.customer(ask.args["cid"])
    made = world.agreements.confirm(customer, ask.body(), world.now)
    text = f'{{"TemplateId":"{made["templateId"]}","Type":"MicrosoftCustomerAgreement"}}'
    world.audit.add(world.now, "agreement", "create_agreement", customer.id, text)
    return item(made, 201)


def direct_signed(ask: Ask, world: World) -> Answer:
    """Whether the customer signed with Microsoft itself."""
    body: shapes.DirectSigning = {"isSigned": world.agreements.signed(world.customer(ask.args["cid"]))}
    return item(body)


def agreement_templates(ask: Ask, world: World) -> Answer:
    """The agreement that a customer has to accept."""
    wanted = _asked(ask, "MicrosoftCloudAgreement") != "microsoftcloudagreement"
    shown: list[dict[str, Any]] = [world.agreements.template] if wanted else []
    return item(listing(shown))


def agreement_document(ask: Ask, world: World) -> Answer:
    """Where the text of an agreement is; the addresses lead nowhere."""
    template = str(world.agreements.template["templateId"])
    if ask.args["tid"].lower() != template:
        raise RefusalError(404, 1000, f"Agreement template {ask.args['tid']} was not found."[:300])
    language, country = ask.query.get("language") or "en-US", ask.query.get("country") or "US"
    where = f"https://agreements.example/{template}"
    body: shapes.AgreementDocument = {
        "displayUri": f"{where}.html",
        "downloadUri": f"{where}.pdf",
        "language": language,
        "country": country,
    }
    return item(body)


_ONE = "/v1/customers/<cid>"
_TYPE = Query("agreementType")
_TESTS = "test_sandbox_customers.py::"
_GONE = ((404, 60003), (403, 20002))
ROUTES = (
    Route(
        "GET",
        f"{_ONE}/agreements",
        agreements,
        user=True,
        about=About(
            "Get confirmation of customer acceptance of the Microsoft Customer Agreement",
            "D21 3P",
            {200: Collection[shapes.Agreement]},
            f"{_TESTS}test_the_agreement_shows_who_confirmed",
            query=(_TYPE,),
            errors=(*_GONE, (400, 3000)),
        ),
    ),
    Route(
        "POST",
        f"{_ONE}/agreements",
        confirm_agreement,
        user=True,
        once=True,
        needs="edit",
        about=About(
            "Confirm customer acceptance of the Microsoft Customer Agreement",
            "D21",
            {201: shapes.Agreement},
            f"{_TESTS}test_an_agreement_is_confirmed_once",
            takes=shapes.AgreementWish,
            errors=(*_GONE, (400, 3000), (400, 600061)),
        ),
    ),
    Route(
        "GET",
        f"{_ONE}/directsignedmicrosoftcustomeragreementstatus",
        direct_signed,
        user=True,
        about=About(
            "Get the status of a customer's direct signing (direct acceptance)",
            "D21",
            {200: shapes.DirectSigning},
            "test_commerce_customers.py::test_either_way_of_signing_clears_a_customer",
            errors=_GONE,
        ),
    ),
    Route(
        "GET",
        "/v1/agreements",
        agreement_templates,
        user=True,
        about=About(
            "Get agreement metadata for the Microsoft Customer Agreement",
            "D21",
            {200: Collection[shapes.AgreementTemplate]},
            f"{_TESTS}test_an_agreement_is_confirmed_once",
            query=(_TYPE,),
            errors=((400, 3000),),
        ),
    ),
    Route(
        "GET",
        "/v1/agreementtemplates/<tid>/document",
        agreement_document,
        user=True,
        about=About(
            "Get a link to an agreement template",
            "D21",
            {200: shapes.AgreementDocument},
            "test_commerce_customers.py::test_small_reads_of_a_customer",
            query=(Query("language"), Query("country")),
            errors=((404, 1000),),
        ),
    ),
)
