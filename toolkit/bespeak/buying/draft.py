"""A draft: what an order form says about what stands in it, field by field. Pure; the form only shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from bespeak.buying.blockers import blockers_by_field
from bespeak.buying.choice import Choice, quote_choice
from bespeak.buying.plan import OWN_NAME_LIMIT
from bespeak.buying.preparing import Preparation
from bespeak.buying.purchases import open_blockers
from bespeak.buying.quote import Quote
from bespeak.buying.stakes import payments_sentence, scope_sentence, size_sentence, total_sentence
from bespeak.customers import CustomerDetails
from bespeak.errors import BespeakError
from bespeak.terms import software_sentence, undo_facts, warnings


@dataclass(frozen=True, slots=True)
class Draft:
    """What speaks against a choice, by field and in all; what each field means; the quote and its total in words.

    ``quote`` is empty while the fields do not make one; ``warnings`` stop nothing.
    """

    problems: dict[str, list[str]]
    against: list[str]
    hints: dict[str, str]
    quote: Quote | None = None
    total: str = ""
    warnings: tuple[str, ...] = field(default=())


def draft_order(
    choice: Choice, details: CustomerDetails, known: Preparation, world: str, *, as_of: date | None = None
) -> Draft:
    """The draft of a choice on a day, which is the day of the prices unless it is given."""
    on = as_of or known.prices.as_of
    problems = blockers_by_field(choice, details, known.lights, known.prices, on)
    found = _quote(choice, details, known)
    hints = _hints(choice, details, found, on)
    against = list(dict.fromkeys(sentence for sentences in problems.values() for sentence in sentences))
    if found is None:
        return Draft(problems, against, hints)
    against += open_blockers(known.unknown, found.size, found.region)
    allowed = known.allowance
    against += allowed.against(details.customer_id, found.total) if allowed else []
    second = allowed.second_person(found.total) if allowed else ""
    told = total_sentence(found, known.prices, world)
    return Draft(
        problems, against, hints, found, told, (*filter(None, [second]), *_warnings(found, on, world))
    )


def _quote(choice: Choice, details: CustomerDetails, known: Preparation) -> Quote | None:
    try:
        return quote_choice(choice, details, known.prices)
    except BespeakError:
        return None  # the blockers say what is wrong


def _warnings(quote: Quote, on: date, world: str) -> tuple[str, ...]:
    """What a buyer should know beside what cannot be undone, which is said where the purchase is confirmed."""
    undo = undo_facts(quote.total, on, world)
    told = (*warnings(quote.size, quote.term, on, quote.total), software_sentence(on))
    return tuple(one for one in told if one and one not in undo)


def _hints(choice: Choice, details: CustomerDetails, quote: Quote | None, on: date) -> dict[str, str]:
    name = f"'{quote.size} {quote.term}'" if quote else "size and term"
    return {
        "size": size_sentence(choice.size),
        "quantity": f"{quote.unit} for each instance." if quote else "",
        "scope": scope_sentence(details, choice.scope, on),
        "billing": payments_sentence(quote) if quote else "",
        "friendly_name": f"At most {OWN_NAME_LIMIT} characters; empty: {name}.",
    }
