"""What the faults of buying are played on: a model of Partner Center, two persons, a plan for four machines."""

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "buying"))
from model_center import AZURE, BUYER, ModelCenter, ModelSession, details_of, price_book

from bespeak.buying import buy, find_offer, plan, quote
from bespeak.clients.call import Answer
from bespeak.clients.session import Person
from bespeak.errors import AnswerLostError

CHECKOUT = "check out the cart"
CREATE = "create the cart"
COLLEAGUE = Person("second@partner.example", "object-2", BUYER.tenant_id, second_factor=True)


class Stage:
    """One world with its service, and the sessions of those who are signed in to it."""

    def __init__(self, home):
        self.center = Center()
        self.session = ModelSession(self.center, home)
        self.colleague = ModelSession(self.center, home, person=COLLEAGUE)

    def plan(self, intent_id="intent-1", **changes):
        details = details_of("legacy")
        wanted = {"size": "Standard_D2s_v5", "region": "polandcentral", "term": "P1Y", "quantity": 4}
        made = quote(details, price_book(), azure_subscription_id=AZURE, **(wanted | changes))
        return plan(made, find_offer(self.session, details, made), intent_id=intent_id, friendly_name="web")

    def buy(self, wanted=None, **how):
        wanted = wanted or self.plan()
        return buy(self.session, wanted, wanted.phrase, **how)

    def lose(self, *, done):
        """A purchase whose answer was lost: done or not done by the service."""
        self.center.fail(CHECKOUT, "lose_answer" if done else AnswerLostError("No answer."))
        assert self.buy().state == "UNKNOWN"
        return self.plan()

    def wait(self, **time):
        self.center.now += timedelta(**time)

    def posts(self, ending="/checkout"):
        return len(self.center.asked("POST", ending))

    def limit(self, **amounts):
        self.session.home.mkdir(exist_ok=True)
        lines = ['currency = "USD"', *(f'{name} = "{amount}"' for name, amount in amounts.items())]
        (self.session.home / "limits.toml").write_text("\n".join(lines), encoding="utf-8")

    def as_person(self, **changes):
        """A session of the colleague who is a bit different."""
        return replace(self.colleague, person=replace(COLLEAGUE, **changes))


class Center(ModelCenter):
    """The model, with the customer's name."""

    name = "Contoso"

    def _work(self, call):
        if call.name == "read a customer":
            told = {"id": call.path.rsplit("/", 1)[-1], "companyProfile": {"companyName": self.name}}
            return Answer(200, {}, b"", told)
        return super()._work(call)


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path / "home")
