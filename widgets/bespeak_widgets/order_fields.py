"""The fields of an order form, each with a line below it for what is wrong with it or what it means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses

from bespeak import Choice, CustomerDetails, Draft, PriceBook, markup
from bespeak_widgets.look import Shown, control

FIELDS = ("subscription", "size", "region", "term", "quantity", "scope", "billing", "friendly_name")
#: What the toolkit calls a field, where that is another word.
_KEYS = {"subscription": "azure_subscription_id"}

#: Narrower than in other widgets: the fields stand side by side.
_LABEL = "130px"
#: So many sizes are suggested while one is typed.
_SUGGESTED = 30


class Noted(W.VBox):
    """A control and a line below it that always keeps its place: a hint, or the problem with what is in the control."""

    def __init__(self, control_: W.Widget) -> None:
        self.control = control_
        self._hint, self._problem = Shown(), Shown(live="alert")
        note = W.Box([self._hint, self._problem])
        note.add_class("order-note")
        super().__init__([control_, note], layout=W.Layout(width="100%"))

    def say(self, hint: str, problems: Iterable[str] = ()) -> None:
        """Shows the problems, or the hint when there are none."""
        lines = [markup.tag("p", sentence, class_="problem") for sentence in problems]
        self._problem.put(markup.join(*lines))
        self._hint.put("" if lines else markup.tag("p", hint, class_="faint") if hint else "")


class OrderFields(W.VBox):
    """What is to be bought, as a person types it; ``choice`` reads it, ``edited`` is called after each change."""

    def __init__(self, edited: Callable[[], None]) -> None:
        self._edited = edited
        self._quiet = False
        self._only_shared = False
        self._sizes: Sequence[str] = ()
        self.subscription = W.Dropdown(description="Azure subscription", options=[], **wide())
        self.size = W.Combobox(description="Size", placeholder="such as Standard_D2s_v5", **wide())
        self.region = W.Dropdown(description="Region", options=[], **wide())
        self.term = W.Dropdown(
            description="Term", options=[("1 year", "P1Y"), ("3 years", "P3Y")], value="P1Y", **wide()
        )
        self.quantity = W.Text(description="Quantity", placeholder="a whole number", **wide())
        self.scope = W.Dropdown(
            description="Scope", options=[("Shared", "shared"), ("Single", "single")], **wide()
        )
        self.billing = W.Dropdown(
            description="Billing frequency",
            options=[("All at once", "one_time"), ("Every month", "monthly")],
            **wide(),
        )
        self.friendly_name = W.Text(
            description="Friendly name", placeholder="your own name for the reservation", **wide()
        )
        self.noted = {name: Noted(getattr(self, name)) for name in FIELDS}
        super().__init__(list(self.noted.values()), layout=W.Layout(width="100%"))
        self.add_class("order-fields")
        for name in FIELDS:
            getattr(self, name).observe(self._changed, "value")

    def choice(self) -> Choice:
        """What stands in the fields, as it was typed."""
        return Choice(**{_KEYS.get(name, name): getattr(self, name).value or "" for name in FIELDS})

    def offer(self, details: CustomerDetails | None, prices: PriceBook | None) -> None:
        """Puts the customer's subscriptions and the regions and sizes with prices into the lists."""
        table = None if prices is None else prices.reservations
        self._sizes = [] if table is None else sorted(set(table["size"]))
        regions = [] if table is None else sorted(set(table["region"]))
        self._only_shared = details is not None and details.kind == "azure_plan"
        with self._quietly():
            _put_options(self.subscription, [] if details is None else _subscriptions(details))
            _put_options(self.region, [(region, region) for region in regions])
            if self._only_shared:
                self.scope.value = "shared"
            self._suggest()

    def fill(self, values: Mapping[str, str]) -> None:
        """Puts these values into the fields of these names, as one edit; the scope of an Azure plan stays shared."""
        with self._quietly():
            for name, value in values.items():
                if not (name == "scope" and self._only_shared):
                    _put(getattr(self, name), value)
            self._suggest()
        self._edited()

    def clear(self) -> None:
        """Takes out what was typed."""
        self.fill({"size": "", "quantity": "", "friendly_name": ""})

    def lock(self, *, locked: bool) -> None:
        """Lets nothing be changed, while a purchase is under way."""
        for name in FIELDS:
            getattr(self, name).disabled = locked or (name == "scope" and self._only_shared)

    def say(self, draft: Draft | None) -> None:
        """Shows below each field what is wrong with it, else what it means; an empty field is asked for, not blamed."""
        for name, noted in self.noted.items():
            key = _KEYS.get(name, name)
            hint = draft.hints.get(key, "") if draft else ""
            problems = _told(draft, key)
            if problems and not getattr(self, name).value:
                hint, problems = problems[0], []
            noted.say(hint, problems)

    def _changed(self, change: dict[str, Any]) -> None:
        if change["owner"] is self.size:
            self._suggest()
        if not self._quiet:
            self._edited()

    def _suggest(self) -> None:
        """Sizes that hold every word that is typed, as suggestions of the field."""
        words = self.size.value.lower().replace("standard_", "").replace("_", " ").split()
        fitting = [size for size in self._sizes if all(word in size.lower() for word in words)]
        self.size.options = tuple(fitting[:_SUGGESTED])

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Changes in here are no edits."""
        before, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = before


def _told(draft: Draft | None, key: str) -> list[str]:
    """What is wrong with a field; that there is no price is said at the size, unless more is wrong with that."""
    if draft is None:
        return []
    return draft.problems.get(key, []) or (draft.problems.get("price", []) if key == "size" else [])


def advised(advice: Mapping[str, Any]) -> dict[str, str]:
    """The values of the fields for a row of advice, whose scope is 'shared' or the one subscription it is bound to."""
    values = {name: str(advice[name]) for name in ("size", "region", "term", "quantity") if name in advice}
    scope = str(advice.get("scope", "shared"))
    values["scope"] = "shared" if scope == "shared" else "single"
    billed = str(advice.get("azure_subscription_id", "") or ("" if scope == "shared" else scope))
    return values | ({"subscription": billed} if billed else {})


def wide() -> dict[str, Any]:
    """The look of a control as wide as its place, with a name that leaves it room."""
    return control(width="calc(100% - 4px)") | {"style": {"description_width": _LABEL}}


def _subscriptions(details: CustomerDetails) -> list[tuple[str, str]]:
    """The customer's Azure subscriptions by name and the beginning of their id; a status that is not active is said."""
    table = details.azure_subscriptions
    rows = zip(table["name"], table["azure_subscription_id"], table["status"], strict=True)
    return [
        (f"{name} ({azure_id[:8]}{'' if status == 'active' else f', {status}'})", azure_id)
        for name, azure_id, status in rows
    ]


def _put_options(field: W.Dropdown, options: Sequence[tuple[str, str]]) -> None:
    """Changes what can be chosen and keeps what is chosen, or chooses the first."""
    kept, values = field.value, [value for _, value in options]
    if list(field.options) != list(options):
        field.options = list(options)
        field.value = kept if kept in values else values[0] if values else None


def _put(field: W.Widget, value: str) -> None:
    """Puts a value into a field; one that a list lacks is added, and the toolkit says what is wrong with it."""
    if isinstance(field, W.Dropdown) and value not in [known for _, known in field.options]:
        field.options = [*field.options, (value, value)]
    field.value = value
