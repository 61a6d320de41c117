"""A second person: purchases above a set amount leave only when somebody else has agreed to this very plan.

Who that is comes from the sign-in, never from a text. The approval is bound to the hash of the complete plan, counts
for one purchase and lapses (OWASP ASVS 5.0, 2.3.5: multi-user approval).
"""

from __future__ import annotations

import unicodedata

from bespeak.buying.charge import Charge, charge_amounts, charge_now, charge_sentence
from bespeak.buying.ledger import check_world, open_for_buying, open_journal, signer_of
from bespeak.buying.limits import read_limits
from bespeak.buying.outcome import recorded
from bespeak.buying.phrase import PATTERN, phrase_hint
from bespeak.buying.plan import AGAIN, PurchasePlan
from bespeak.buying.purchases import Purchase
from bespeak.buying.request_ids import plan_hash
from bespeak.buying.second_person import APPROVAL_LIFE, is_same_person
from bespeak.clients.partner_center import customers
from bespeak.clients.session import Session
from bespeak.errors import InputError
from bespeak.journal import Approval, Intent, Signer

_NOTHING = "Nothing was sent."
_WORD = "approve"


def approval_phrase(plan: PurchasePlan) -> str:
    """What the second person types: the word, and what the first one typed."""
    return f"{_WORD} {plan.phrase}"


def approval_hint(plan: PurchasePlan, typed: str) -> str:
    """How far what is typed is right, without writing it for the person; "" when it is the approval."""
    word, behind = f"{_WORD} ", typed.removeprefix(f"{_WORD} ")
    if behind != typed:
        return phrase_hint(plan, behind)
    if not word.startswith(typed):
        return f"Not as it stands there from the word {_WORD} on."
    again = f" {AGAIN}" if plan.again else ""
    return f"Type the word {_WORD} and then, with one blank in between: {PATTERN}{again}."


def approval_sentence(session: Session, plan: PurchasePlan) -> str:
    """That a second person is needed, "" when none is; raises ``InputError`` when the limits cannot be read."""
    limits = read_limits(session.home)
    if not limits.needs_approval(plan):
        return ""
    return (
        f"{plan.total} is more than {limits.approve_above}, so a second person must approve it with a sign-in of their "
        f"own within {APPROVAL_LIFE.seconds // 60} minutes before it leaves."
    )


def approval_facts(session: Session, intent_id: str, approver: Session) -> dict[str, str]:
    """What the second person agrees to, read afresh from the service with their own sign-in.

    Raises ``InputError`` when something is no longer as planned.
    """
    plan, intent = find_confirmed(session, intent_id)
    name, charge = _read_afresh(approver, plan)
    return {
        "Customer": name,
        "What": f"{plan.quantity} x {plan.size} in {plan.region}, {plan.term}",
        **{f"Will be charged: {word.lower()}": amount for word, amount in charge_amounts(charge).items()},
        "How": charge_sentence(charge),
        "Confirmed by": intent.person.name,
        "World": plan.world,
    }


def waiting_for_approval(session: Session) -> tuple[Purchase, ...]:
    """The confirmed purchases of this world that wait for a second person, oldest first."""
    session.now()  # a world that was started anew has a journal of its own
    limits = read_limits(session.home)
    confirmed = [one for one in open_journal(session).intents() if one.state == "CONFIRMED"]
    told = ((PurchasePlan.from_json(one.plan), one) for one in confirmed)
    return tuple(
        Purchase(plan, recorded(one), one.changed) for plan, one in told if limits.needs_approval(plan)
    )


def approve(session: Session, what: str | PurchasePlan, approver: Session, typed: str) -> str:
    """Approves a confirmed purchase with the sign-in of a second person; the answer is what was approved, in words.

    ``what`` is the plan or its intent id, ``typed`` the phrase of ``approval_phrase``. The figures are read afresh
    through the approver's session. Raises ``InputError`` when it may not be approved, and what reading raises.
    """
    intent_id = what if isinstance(what, str) else what.intent_id
    plan, intent = find_confirmed(session, intent_id)
    if isinstance(what, PurchasePlan) and what != plan:
        raise InputError("This plan is not the one that was confirmed.", f"{_NOTHING} Make a new quote.")
    by = second_person(session, intent, approver)
    if unicodedata.normalize("NFC", typed) != unicodedata.normalize("NFC", approval_phrase(plan)):
        raise InputError(
            "What was typed is not the approval.",
            f"{_NOTHING} Type the word approve, then customer, quantity, size, term, total and world as they stand "
            "there.",
        )
    _read_afresh(approver, plan)
    at = approver.now()
    approval = Approval(by, at, plan_hash(plan))
    journal = open_for_buying(session)
    journal.approve(intent_id, approval, judge=lambda old: _check_second(old, by))
    return (
        f"{by.name} approved {plan.quantity} x {plan.size} for {plan.customer}, {plan.total}, in the world "
        f"{plan.world}. It can be sent until {at + APPROVAL_LIFE:%H:%M:%S} UTC; nothing has been sent yet."
    )


def find_confirmed(session: Session, intent_id: str) -> tuple[PurchasePlan, Intent]:
    """The plan and the intent of a purchase that waits for approval; raises ``InputError`` for any other."""
    session.now()  # a world that was started anew has a journal of its own
    intent = open_for_buying(session).intent(intent_id)
    plan = PurchasePlan.from_json(intent.plan)
    check_world(session, plan)
    if intent.state != "CONFIRMED":
        raise InputError(
            f"Only a purchase that is CONFIRMED can be approved; this one is {intent.state}.", _NOTHING
        )
    return plan, intent


def second_person(session: Session, intent: Intent, approver: Session) -> Signer:
    """Who approves, when that is another person of the same partner in the same world."""
    who = approver.person
    if (approver.world, approver.instance) != (session.world, session.instance):
        raise InputError(
            f"The approver is signed in to {approver.world} ({approver.instance}), and this is {session.world} "
            f"({session.instance}).",
            f"{_NOTHING} Let them sign in here.",
        )
    if who.is_app or not who.object_id or who.second_factor is False:
        raise InputError(
            f"{who.name} cannot approve: that takes a person who signed in with a second factor.", _NOTHING
        )
    if who.tenant_id != session.person.tenant_id:
        raise InputError(f"{who.name} belongs to another directory, {who.tenant_id}.", _NOTHING)
    by = signer_of(who)
    _check_second(intent, by)
    return by


def _check_second(intent: Intent, by: Signer) -> None:
    if not intent.person.object_id or is_same_person(by, intent.person):
        raise InputError(
            f"{by.name} confirmed this purchase, or nobody knows who did; whoever confirms cannot approve.",
            f"{_NOTHING} Let a second person approve it.",
        )


def _read_afresh(approver: Session, plan: PurchasePlan) -> tuple[str, Charge]:
    """The customer's name and the charge as the service has them now, through the approver's own sign-in."""
    customer = approver.door.send(customers.get_customer(plan.customer_id))
    profile = customer.get("companyProfile")
    name = str(profile.get("companyName", "")) if isinstance(profile, dict) else ""
    if name != plan.customer:
        raise InputError(
            f"The customer is called '{name}' now; the plan has '{plan.customer}'.",
            f"{_NOTHING} Make a new quote.",
        )
    return name, charge_now(approver, plan)
