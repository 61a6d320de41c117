"""Every cell of the retry table, against a sandbox that is told to fail so; ``retry_cases.json`` is the table."""

import json
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from bespeak import errors
from bespeak.buying import verdict
from bespeak.clients.partner_center.carts import check_out, create_cart
from bespeak.clients.partner_center.customers import get_customer
from bespeak.clients.sandbox_door import in_kernel_door
from bespeak.sandbox import World, create_app

CASES = json.loads(Path(__file__).with_name("retry_cases.json").read_text("utf-8"))["cases"]
CONTOSO = "03b86f56-6c73-5e0d-b2b1-45b3484d2b30"
CART = "e97b2d30-46a1-4c55-9a7f-08d2f61b3c4e"
CALLS = {
    "read": (get_customer(CONTOSO), f"GET /partner_center/v1/customers/{CONTOSO}"),
    "cart": (create_cart(CONTOSO, [{"id": 0}]), f"POST /partner_center/v1/customers/{CONTOSO}/carts"),
    "checkout": (
        check_out(CONTOSO, CART),
        f"POST /partner_center/v1/customers/{CONTOSO}/carts/{CART}/checkout",
    ),
}


class Service:
    """A sandbox in this process that counts the requests to each path."""

    def __init__(self):
        self.world = World.demo(1)
        self.app = create_app(self.world, "token")
        self.requests = []
        inner = self.app.wsgi_app

        def counted(environ, start_response):
            self.requests.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
            return inner(environ, start_response)

        self.app.wsgi_app = counted

    def begin(self, target, fault, times):
        self.world.reset()
        self.requests.clear()
        self.target = target
        with self.world.lock:
            self.world.faults.add({"match": target, **fault, "times": times})
        return in_kernel_door(self.app, "token")

    @property
    def tries(self):
        return sum(one.lower() == self.target.lower() for one in self.requests)


@pytest.fixture(scope="module")
def service():
    return Service()


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    """A wait takes no time, and is over all the same."""
    slept = []
    times = SimpleNamespace(sleep=slept.append, monotonic=lambda: time.monotonic() + sum(slept))
    monkeypatch.setattr("bespeak.clients.sandbox_door.time", times)
    monkeypatch.setattr("time.sleep", lambda _seconds: None)


def by_name(case):
    return case["name"]


@pytest.mark.parametrize("case", CASES, ids=by_name)
def test_a_read_is_tried_as_often_as_the_table_says(service, case):
    call, target = CALLS["read"]
    tries, kind = case["read"]
    with pytest.raises(getattr(errors, kind)):
        service.begin(target, case["fault"], 0).send(call)
    assert service.tries == tries


@pytest.mark.parametrize("case", [case for case in CASES if case["read"][0] > 1], ids=by_name)
def test_a_read_that_goes_well_the_second_time_is_an_answer(service, case):
    call, target = CALLS["read"]
    assert service.begin(target, case["fault"], 1).send(call)["id"] == CONTOSO
    assert service.tries == 2


@pytest.mark.parametrize("name", ["cart", "checkout"])
@pytest.mark.parametrize("case", CASES, ids=by_name)
def test_a_write_is_sent_once_whatever_comes_of_it(service, case, name):
    call, target = CALLS[name]
    with pytest.raises(errors.ServiceError) as caught:
        service.begin(target, case["fault"], 0).send(call)
    assert (type(caught.value).__name__, service.tries) == (case[name], 1)


@pytest.mark.parametrize("case", CASES, ids=by_name)
def test_what_a_checkout_counts_as(service, case):
    """A1: refused only when the service said so in words."""
    call, target = CALLS["checkout"]
    with pytest.raises(errors.ServiceError) as caught:
        service.begin(target, case["fault"], 0).send(call)
    assert verdict.of_error(caught.value) == case["verdict"]
