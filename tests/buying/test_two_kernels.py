"""Two kernels, one served sandbox, one journal: both confirm the same purchases at once."""

import json
import os
import subprocess
import sys
import threading

import pytest

from bespeak.buying import find_offer, look_again, plan, quote, read_prices
from bespeak.buying.ledger import open_journal
from bespeak.clients.partner_center import orders
from bespeak.connect import connect
from bespeak.customers import customer_details, customers, search
from bespeak.sandbox import World, serve

TOKEN = "a-token-of-this-test"
ROUNDS = 8

KERNEL = """
import json, sys
import time
from bespeak.buying import PurchasePlan, buy
from bespeak.connect import connect
from bespeak.errors import InputError
session = connect()
def state(plan):
    while True:
        try:
            return buy(session, plan, plan.phrase).state
        except InputError:  # the other kernel works on another purchase of the same machines
            time.sleep(0.01)
plans = [PurchasePlan.from_json(told) for told in json.loads(sys.stdin.readline())]
print("ready", flush=True)
sys.stdin.readline()
print(json.dumps([state(plan) for plan in plans]))
"""


@pytest.fixture
def session(monkeypatch, tmp_path):
    """A session with a served sandbox, whose private folder is shared by all kernels."""
    server = serve(World.demo(instance="two-kernels"), 0, TOKEN)
    thread = threading.Thread(target=server.run)
    thread.start()
    monkeypatch.setenv("BESPEAK_SANDBOX", json.dumps({"url": server.url, "token": TOKEN}))
    for variable in ("XDG_DATA_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    yield connect()
    server.close()
    thread.join()


def plans(session):
    """As many plans for the same machines as there are rounds, each with an intent of its own."""
    details = customer_details(session, search(customers(session), "Contoso").iloc[0]["customer_id"])
    wanted = quote(
        details,
        read_prices(session, details),
        azure_subscription_id=details.azure_subscriptions.iloc[0]["azure_subscription_id"],
        size="Standard_D4s_v5",
        region="polandcentral",
        term="P1Y",
        quantity=1,
    )
    offer = find_offer(session, details, wanted)
    return [plan(wanted, offer, intent_id=f"intent-{number}") for number in range(ROUNDS)]


def kernel(made):
    """A fresh kernel that knows the plans and waits for the word."""
    process = subprocess.Popen(
        [sys.executable, "-c", KERNEL],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    process.stdin.write(json.dumps([one.as_json() for one in made]) + "\n")
    process.stdin.flush()
    return process


@pytest.mark.slow
def test_two_kernels_confirm_the_same_purchases_at_once(session):
    """F-13: one order for each intent; the loser sends nothing and says UNKNOWN."""
    made = plans(session)
    both = [kernel(made) for _ in range(2)]
    for process in both:
        assert process.stdout.readline() == "ready\n"
    for process in both:
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [json.loads(process.communicate()[0]) for process in both]
    for pair in zip(*told, strict=True):
        assert "DONE" in pair
        assert set(pair) <= {"DONE", "UNKNOWN"}
    session.advance(minutes=15)
    bought = session.door.collect(orders.list_orders(made[0].customer_id))
    names = [order["lineItems"][0]["friendlyName"] for order in bought]
    assert sorted(names) == sorted(one.friendly_name for one in made)
    assert {look_again(session, one.intent_id).state for one in made} == {"DONE"}
    open_journal(session).verify()
