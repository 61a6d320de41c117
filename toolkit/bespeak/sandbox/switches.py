"""Where the documents leave open what the real service does: a default, and a switch to try the other reading."""

from __future__ import annotations

from dataclasses import dataclass, fields

from bespeak.sandbox.refusals import RefusalError


@dataclass
class Switches:
    """The open questions of the reference, as settings of one world."""

    #: Whether success bodies start with a byte order mark (the catalogue never does).
    byte_order_mark: bool = True
    #: Whether a following page of customers has the malformed link with a second question mark.
    malformed_next_link: bool = False
    #: What provisioningContext.subscriptionId must be for a plan: azure_subscription, plan or either.
    plan_context: str = "azure_subscription"
    #: What it must be for legacy Azure: subscription (Partner Center id), azure_subscription or either.
    legacy_context: str = "subscription"
    #: Whether a plan customer may buy with single scope (the dashboard fixes it to shared, D-446).
    plan_single_scope: bool = True
    #: Whether reservations may be paid monthly.
    monthly_billing: bool = False
    #: Whether a second checkout repeats the first result; if not it is refused with 800065.
    checkout_replays: bool = True
    #: Whether entitlements are read with an app+user token only.
    entitlements_need_user: bool = True
    #: Name of the array in the artifact of a reservation.
    artifact_array: str = "reservations"
    #: Minutes for which a new order is not in the list and not fulfilled.
    order_minutes: int = 15
    #: Whether Reservation Purchaser is enough for calculatePrice and the purchase after it (D-633, reported only).
    purchaser_in_two_steps: bool = False

    def set(self, name: str, value: object) -> None:
        """Sets one switch; refuses an unknown name or a value of another type."""
        known = {field.name for field in fields(self)}
        if name not in known:
            raise RefusalError(
                400, "BadRequest", f"There is no switch '{name}'. There are {', '.join(sorted(known))}."
            )
        if type(value) is not type(getattr(self, name)):
            raise RefusalError(
                400, "BadRequest", f"Switch '{name}' takes a {type(getattr(self, name)).__name__}."
            )
        setattr(self, name, value)
