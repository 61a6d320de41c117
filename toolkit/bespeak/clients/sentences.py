"""What Microsoft's refusals mean and what to do next, in everyday words: one row a code.

Source: Partner Center REST error codes, English text of 2021-03, with later codes from Microsoft's pages up to 2026;
the toolkit branches on the code and never on Microsoft's text.
"""

from __future__ import annotations

#: code -> (the cause, the next step). Codes in one string share a row.
_ROWS: tuple[tuple[str, str, str], ...] = (
    # customers and sign-in
    (
        "20002",
        "there is no reseller relationship with this customer",
        "Send the customer a relationship request in Partner Center and wait until it is accepted.",
    ),
    (
        "60003 1000 900118",
        "there is no customer with this id",
        "Find the customer by name and take its id from there.",
    ),
    (
        "20003",
        "this customer has no such subscription",
        "Read the customer's subscriptions again and choose one of them.",
    ),
    (
        "900420",
        "the sign-in was made for a retired service (Azure AD Graph)",
        "Ask for a token for Partner Center instead.",
    ),
    (
        "900329",
        "this question needs a signed-in user, not only an application",
        "Sign in as a user with multi-factor authentication.",
    ),
    (
        "900150 2032 400 900308",
        "the role of the signed-in user has no right to this",
        "Sign in as an admin agent or a sales agent.",
    ),
    ("900309", "a conditional access rule of your company blocks the sign-in", "Ask your administrator."),
    (
        "900149 800039",
        "your reseller programme is not active",
        "Look at the programme status in Partner Center.",
    ),
    (
        "900123 900124",
        "the partner agreement is not signed",
        "Have it signed in Partner Center, then try again.",
    ),
    # catalogue
    (
        "400030",
        "this segment may not be sold",
        "Choose the commercial segment, or ask for the qualification.",
    ),
    (
        "400036",
        "this part of the catalogue may not be seen",
        "Check the name of the catalogue view and your programme.",
    ),
    (
        "400013 400018 400019",
        "this item is not in the catalogue of the customer's country",
        "Look the size up again; offers change from day to day.",
    ),
    ("400072", "this item is not available at present", "Choose another size or region."),
    # carts
    (
        "800008",
        "there is no such cart; a cart is kept for 7 days",
        "Look first whether it was ordered; if it was not, start a new purchase.",
    ),
    (
        "800009",
        "a line of the cart is not valid",
        "Compare size, region, term and subscription with the catalogue.",
    ),
    (
        "800010",
        "Microsoft has no capacity for this size in this region",
        "Choose another region or size, or try later.",
    ),
    ("800017", "this quantity is not available", "Ask for fewer, or split the purchase."),
    (
        "800011 800012 800021",
        "the subscription is not an active Azure subscription",
        "Choose another subscription.",
    ),
    (
        "800013 800030",
        "the subscription is not registered for reservations",
        "Register it, wait until it says 'registered', then try again.",
    ),
    ("800020", "this item may not be sold to this customer", "Check the customer's segment and country."),
    ("800028", "this term is no longer offered for this size", "Choose another term or a newer size."),
    ("800070", "this offer is not sold in the customer's country", "Reservations cannot be sold there."),
    ("2085 2091", "the offer is not eligible or has been withdrawn", "Look the size up again."),
    # checkout
    (
        "13605",
        "the customer has not accepted the Microsoft Customer Agreement",
        "Confirm its acceptance in Partner Center, or let the customer sign directly; then try again.",
    ),
    (
        "800023 800025 900121",
        "your credit line with Microsoft is too low",
        "Pay open invoices or ask Microsoft to raise it.",
    ),
    (
        "800060",
        "an order of this cart is in progress",
        "Do not buy again; look at the order list in 15 minutes.",
    ),
    (
        "800064",
        "another request is working on this cart",
        "Do not buy again; look at the cart in two minutes.",
    ),
    ("800065", "this cart has been submitted before", "Do not buy again; look for its order."),
    (
        "800069 800073 800074 800075 900416",
        "Microsoft holds the purchase for a risk check",
        "Open a support request in Partner Center.",
    ),
    (
        "900112 900113 900114",
        "an upgrade of the customer blocks the purchase",
        "Wait until the upgrade has ended.",
    ),
    ("4018 800005", "Microsoft could not process the order", "Look at the order list before you try again."),
    # orders
    (
        "20000",
        "there is no such order",
        "Look at the customer's orders; a young one is listed after 15 minutes.",
    ),
    ("800007", "there is no provisioning status for this order yet", "Ask again in a few minutes."),
    (
        "800043",
        "the signed-in user has no right to see prices",
        "Sign in as an admin agent or a sales agent.",
    ),
    (
        "800019",
        "a reservation cannot be cancelled here",
        "Return it in the Azure portal; refunds are limited per customer and year.",
    ),
    ("600061", "this agreement was confirmed before with the same contact", "Nothing is left to do."),
    ("2055", "someone changed this in the meantime", "Read it again, then make the change again."),
)

SENTENCES: dict[str, tuple[str, str]] = {
    one: (cause, step) for codes, cause, step in _ROWS for one in codes.split()
}


def sentence(code: str, status: int, words: str) -> tuple[str, str]:
    """The cause and the next step for a refusal; for a code that is not known, Microsoft's own words."""
    if code in SENTENCES:
        cause, step = SENTENCES[code]
        return f"{cause} (code {code})", step
    named = f"code {code}" if code else f"status {status}"
    said = f'"{words}" ({named})' if words else f"no reason was given ({named})"
    return said, _BY_STATUS.get(status, "Check what was asked for; Microsoft's support can explain the code.")


_BY_STATUS = {
    401: "Sign in again.",
    403: "Check your role and programme in Partner Center.",
    404: "Check the id; it may be gone.",
    408: "Try again in a minute.",
    429: "Wait a little, then try again.",
    500: "This is a fault of the service; try again later.",
    501: "This place of the service is not built; check the address or the version.",
    502: "This is a fault of the service; try again later.",
    503: "The service is busy; try again later.",
    504: "The service is slow; try again later.",
}
