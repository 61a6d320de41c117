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
    #: Hours after which a second checkout of an ordered cart is refused with 800065 all the same; 0 for never.
    checkout_replay_hours: int = 0
    #: Days after which an ordered cart is not found any more; 0 for never.
    ordered_cart_days: int = 0
    #: What two checkouts of one cart at the same instant give: conflict (the second gets 800064), in_progress (it
    #: gets 800060) or both (two orders).
    racing_checkouts: str = "conflict"
    #: Whether a cart that is asked for again with the same MS-RequestId is the same cart.
    same_request_same_cart: bool = True
    #: Minutes that a cart lives if it is not its 7 days (older samples: 15); 0 for the 7 days.
    cart_minutes: int = 0
    #: Whether what is charged is the price of when the line was put into the cart, or that of the checkout; the answer
    #: of a cart holds no price (reliability.md 4.7).
    cart_keeps_price: bool = False
    #: Whether an availability that cannot be bought is answered by 200 with an error of code 400072 (5.1).
    unavailable_is_200: bool = False
    #: Whether the friendlyName of a line comes back on the line of its order and on the reservation.
    friendly_name_returns: bool = True
    #: Whether the orders by which the subscriptions of the estate came are in the list, too (each is found by its id).
    old_orders_listed: bool = False
    #: Whether a customer that has accepted the agreement must buy reservations under an Azure plan (D-231). The demo
    #: has customers that accepted it and still buy for a legacy subscription.
    plan_only_after_agreement: bool = False
    #: Whether the partner is an indirect provider, which sells through resellers and must attest to them.
    indirect: bool = False
    #: Whether this is Microsoft's integration sandbox (section 15 of the reference): its limits, and cancelling.
    integration: bool = False
    #: Minutes until a new customer has accepted the relationship.
    relationship_minutes: int = 5
    #: Minutes for which a change of a subscription is pending; another one meanwhile is refused with 900278.
    change_minutes: int = 0
    #: Whether asking to register a subscription fails (open question 2: registration left the purchase guide).
    registration_fails: bool = False
    #: The member with the date of a qualification in GET: vettingCreatedDate or vettingCreateDate.
    qualification_date: str = "vettingCreatedDate"
    #: Minutes that the move of a legacy subscription to an Azure plan is waiting, and is running.
    upgrade_wait_minutes: int = 5
    upgrade_run_minutes: int = 30
    #: Whether such a move fails.
    upgrade_fails: bool = False
    #: Whether entitlements are read with an app+user token only.
    entitlements_need_user: bool = True
    #: Name of the array in the artifact of a reservation.
    artifact_array: str = "reservations"
    #: Minutes for which a new order is not in the list and not fulfilled.
    order_minutes: int = 15
    #: Whether Reservation Purchaser is enough for calculatePrice and the purchase after it (D-633, reported only).
    purchaser_in_two_steps: bool = False
    #: Minutes after which an event is in the activity log (Microsoft says 3 to 20).
    activity_minutes: int = 5
    #: Whether links of the list prices name https://prices.azure.com:443 instead of this sandbox. A client that follows
    #: them as they are would leave this machine; ours pins every link to the service that it asked.
    retail_links_name_azure: bool = False
    #: Whether such a link repeats the filter as it was sent, with blanks, instead of encoding it.
    retail_links_raw: bool = False
    #: Whether announced prices stand beside the ones they will replace, which then have an end date.
    retail_overlap: bool = False
    #: Comparisons that one filter of the list prices may have (reported, 2026).
    retail_comparisons: int = 20
    #: Of a hundred utilization records, how many are reported 40 hours late (D-320).
    usage_late: int = 0
    #: How many are reported once more, 40 hours later.
    usage_doubled: int = 0
    #: How many are half too high at first; the right one comes under the same key 40 hours later.
    usage_corrected: int = 0
    #: How many are taken back by a record with a negative quantity a day later.
    usage_credited: int = 0
    #: Minutes after the end of a window for which its records are not ready and the answer is 204.
    usage_ready_minutes: int = 0
    #: Bytes beyond which Azure refuses an answer of Consumption with 400.
    arm_answer_bytes: int = 12 * 2**20
    #: Whether rows of reservationSummaries have the five members with quantities, as newer accounts do.
    summaries_count_quantities: bool = True
    #: Whether the partner lets customers see their costs (off by default, D-1220).
    customers_see_costs: bool = False
    #: Days after which recommendations of another scope know what was bought (D-1006: up to 25).
    recommendation_lag_days: int = 25
    #: How names in additionalInfo begin: pascal (ReservationId) or camel (reservationId; both are documented).
    info_case: str = "pascal"
    #: Id of a customer to whose resources the partner has no access all day: no earned credit (D-1231).
    no_earned_credit_for: str = ""
    #: Whether a PATCH that changes nothing fails with one of the two "same as existing" codes.
    unchanged_patch_fails: bool = True
    #: Whether flexibility can be off with a single subscription scope only (D-428); an answer of 2019 shows it shared.
    flexibility_off_needs_single: bool = True
    #: Whether a reservation that is in use can be archived.
    archive_active: bool = False
    #: The day (yyyy-mm-dd) whose text on refunds counts; empty for the day of the sandbox.
    refund_text_of: str = ""
    #: The same for the text on exchanges.
    exchange_text_of: str = ""
    #: Days after a purchase within which nothing is deducted from a refund (recorded answers: 2 or 3).
    refund_whole_days: int = 0
    #: Whether the instalment in progress counts against the yearly limit too; if not, only whole payments do (X-08).
    pool_counts_instalment: bool = False
    #: Minutes for which an order is Pending after a return.
    refund_minutes: int = 4
    #: Minutes for which the session of a refund or an exchange can be used.
    session_minutes: int = 15
    #: Whether the answer to a return says where to look (2023) or not (2022).
    return_location: bool = False
    #: Whether refunds can be asked for by the API at all, or by support requests only (D-707).
    self_service_refunds: bool = True
    #: Minutes until the quote of an exchange is there, and until an exchange is done.
    exchange_quote_minutes: int = 1
    exchange_minutes: int = 15
    #: Whether the quote of an exchange against the policy fails, or succeeds with policy errors.
    exchange_policy_fails: bool = False
    #: Whether what is bought through Partner Center renews as the portal's default says (D-740).
    partner_center_renews: bool = False

    #: The currency in which the partner is billed for usage; each rated line is converted and rounded down (D-333).
    billing_currency: str = "USD"
    #: Whether the customer ids of one-time lines carry the prefix "org:".
    org_prefix: bool = False
    #: How often a running export of Graph is looked at before it ends; Microsoft's sample gives up after five looks.
    export_looks: int = 2
    #: Whether a finished export holds its manifest, or only a link to it.
    export_inlines_manifest: bool = True
    #: Minutes for which the address of an exported file is good.
    export_sas_minutes: int = 60
    #: Lines of an exported file; more make another file.
    export_file_lines: int = 50_000
    #: Minutes after which a call is in the list of partner requests, and whether calls that failed are in it.
    request_log_minutes: int = 60
    request_log_failures: bool = False
    #: Whether Azure takes a token of the customer's tenant only; if not, one of the partner's tenant sees them all.
    azure_needs_customer_tenant: bool = False
    #: Whether the catalogue, quotes and purchases want a subscription registered with Microsoft.Capacity.
    capacity_needs_registration: bool = True
    #: How long a purchase in Azure runs: fast (six minutes) or slow (45 minutes); both were recorded.
    purchase_pace: str = "fast"
    #: How purchases in Azure end: Succeeded, BillingFailed or Failed.
    purchase_outcome: str = "Succeeded"
    #: What the same PUT gets after its purchase: order (200), or refuse (400 ReservationOrderIdAlreadyExists).
    repeated_purchase: str = "order"
    #: What a caller without a role on an order gets: 403, 404, or 502 with a text that is no JSON (all reported).
    azure_no_role: str = "403"
    #: Minutes for which a purchase that got its 202 is not found yet (404 right after it).
    new_order_hidden_minutes: int = 0
    #: Whether a reservation can be read while its purchase runs; if not it is 404 until then.
    running_reservation_shown: bool = True
    #: Whether reservations whose term is over still show Expiring, as recorded lists do.
    stuck_expiring: bool = False
    #: Where an access token of a user without a second factor is refused: nowhere, user_operations (those that take no
    #: app-only token) or everywhere, as since 2026-04-01.
    mfa_needed: str = "user_operations"
    #: The status of that refusal, 401 or 403 (open question 6).
    mfa_status: int = 401
    #: The status of a checkout of an expired cart, 404 or 400 (open question 8).
    expired_cart_status: int = 404
    #: How a cart writes the code of a line error: name (snake_case), pascal or number (open question 10).
    cart_error_form: str = "name"
    #: Whether totalCount of the list of customers is the whole and not the page (open question 10 of *reliability*).
    total_count_is_whole: bool = False
    #: Whether 500 requests a minute are the most for a partner: off, or counted by the
    #: minutes of the sandbox_time or of the wall_time.
    throttle: str = "off"
    throttle_per_minute: int = 500
    #: What is counted together: all of a partner, or what it asks of each customer (both are documented).
    throttle_by: str = "partner"
    #: Whether answers are packed for a client that takes gzip (open question 11 of *reliability*).
    gzip: bool = False
    #: Minutes of the sandbox for which a continuation token can be used.
    continuation_minutes: int = 60

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
