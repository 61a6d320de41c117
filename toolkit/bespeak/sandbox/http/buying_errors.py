"""The refusals that the lines of a cart and a checkout can meet (Microsoft, *Partner Center REST error codes*)."""

from __future__ import annotations

from bespeak.sandbox.standing import REFUSALS

#: What is wrong about a request as a whole.
LINES = ((400, 800002), (400, 800009), (400, 800070), (400, 800071), (400, 900142))
#: What can stand against a purchase: business refusals, then what the laws of this world say.
CHECKOUT = tuple(
    sorted(
        {(status, code) for code, (status, _sentence) in REFUSALS.items()}
        | {
            (404, 60003),
            (404, 800008),
            (404, 800015),
            (400, 800009),
            (400, 800010),
            (400, 800011),
            (400, 800012),
            (400, 800013),
            (400, 800030),
            (400, 800065),
            (400, 900203),
            (400, 900206),
            (403, 13605),
            (403, 800028),
            (409, 800064),
            (409, 900112),
            (409, 900113),
            (409, 900114),
        }
    )
)
