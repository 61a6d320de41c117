"""Whether a customer may buy reservations itself: the partner's permission (D-901 to D-911)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from bespeak.sandbox.audit import Audit
from bespeak.sandbox.ids import Ids
from bespeak.sandbox.refusals import RefusalError

#: The one permission that is documented; the name of that for savings plans was not found (12.4).
RESERVATIONS = ("AzureReservedInstances", "Purchase")


@dataclass(slots=True)
class Policy:
    """A permission of one customer. ``etag`` is a GUID; on the wire it stands in double quotes of its own."""

    grantor: str
    entity: str
    permissions: list[tuple[str, str]]
    etag: str

    @property
    def id(self) -> str:
        """``{grantor}_{entity}`` (D-909)."""
        return f"{self.grantor}_{self.entity}"


@dataclass(slots=True)
class SelfServeState:
    """Policies by customer."""

    policies: dict[str, Policy] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SelfServe:
    """The policies of one partner."""

    state: SelfServeState
    partner_id: str
    audit: Audit
    ids: Ids

    def allows(self, customer_id: str) -> bool:
        """Whether this customer may buy reservations now; off until an admin agent switches it on (D-902).

        Switching it off stops new purchases only (D-910).
        """
        policy = self.state.policies.get(customer_id.lower())
        return policy is not None and RESERVATIONS in policy.permissions

    def of(self, customer_id: str) -> list[Policy]:
        """The policy of a customer, in a list; empty when there is none."""
        found = self.state.policies.get(customer_id.lower())
        return [found] if found else []

    def find(self, policy_id: str) -> Policy:
        """A policy by its id; 404 / 600040 for what is no id of a policy, 404 / 600039 when there is none."""
        grantor, separator, entity = policy_id.lower().partition("_")
        if not separator or grantor != self.partner_id:
            raise RefusalError(404, 600040, f"'{policy_id}' is not the id of a self-serve policy."[:500])
        found = self.state.policies.get(entity)
        if found is None:
            raise RefusalError(404, 600039, f"Self-serve policy {policy_id} was not found."[:500])
        return found

    def create(self, entity: str, permissions: list[tuple[str, str]], now: datetime) -> Policy:
        """A new policy; 409 / 600041 when the customer has one."""
        if entity in self.state.policies:
            raise RefusalError(409, 600041, f"Customer {entity} has a self-serve policy already.")
        made = Policy(self.partner_id, entity, permissions, self.ids.guid("policy"))
        self.state.policies[entity] = made
        self._note(made, "create_self_serve_policy", now)
        return made

    def replace(self, policy: Policy, permissions: list[tuple[str, str]], now: datetime) -> Policy:
        """The policy with other permissions and a new etag."""
        policy.permissions, policy.etag = permissions, self.ids.guid("policy")
        self._note(policy, "update_self_serve_policy", now)
        return policy

    def delete(self, policy: Policy, now: datetime) -> None:
        """Ends a policy."""
        del self.state.policies[policy.entity]
        self._note(policy, "delete_self_serve_policy", now)

    def _note(self, policy: Policy, operation: str, now: datetime) -> None:
        granted = [{"Resource": resource, "Action": action} for resource, action in policy.permissions]
        text = json.dumps({"Id": policy.id, "Permissions": granted}, separators=(",", ":"))
        self.audit.add(now, "self_serve_policy", operation, policy.entity, text)
