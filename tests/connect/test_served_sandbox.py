"""The same sandbox served on this machine: the same bytes through the real network stack."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from bespeak.clients.partner_center.customers import list_customers
from bespeak.clients.partner_center.subscriptions import register
from bespeak.connect import connect
from bespeak.customers import customer_details, customers
from bespeak.errors import AnswerLostError, InputError, RefusedError


@pytest.fixture(scope="module")
def program():
    """A sandbox in a process of its own, as a Lab starts it; the line that it prints when it is ready."""
    command = [sys.executable, "-m", "bespeak.sandbox", "--seed", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield json.loads(process.stdout.readline())
        process.terminate()


@pytest.fixture(autouse=True)
def served(program, monkeypatch, tmp_path):
    """The served world, fresh, named to connect() as a Lab does."""
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_args, **_more: str(tmp_path / "data"))
    monkeypatch.setenv("BESPEAK_SANDBOX", json.dumps({"url": program["url"], "token": program["token"]}))
    connect().reset()
    return program


def test_a_session_of_a_lab_says_so_and_names_no_port(served):
    shown = repr(connect())

    assert shown == "Session(sandbox, shared by this Lab, 2026-11-16 00:00 UTC, synthetic data)"
    assert str(urlsplit(served["url"]).port) not in shown


def test_two_sessions_share_the_world_and_its_folder():
    first, second = connect(), connect()

    first.advance(days=2)

    assert second.now().day == 18
    assert first.home == second.home
    assert first.home.is_dir()


def test_a_reset_by_one_is_noticed_by_the_other():
    first, second = connect(), connect()
    before = second.home

    first.reset()
    second.now()

    assert second.instance == first.instance
    assert second.home == first.home != before


def test_both_doors_give_the_same_tables(monkeypatch):
    through_network = connect()
    monkeypatch.delenv("BESPEAK_SANDBOX")
    in_kernel = connect()

    table = customers(in_kernel)
    one = customer_details(in_kernel, table["customer_id"][100])
    other = customer_details(through_network, table["customer_id"][100])

    assert customers(through_network).equals(table)
    assert one.subscriptions.equals(other.subscriptions)
    assert one.azure_subscriptions.equals(other.azure_subscriptions)


def test_eight_threads_read_through_one_session():
    session = connect()
    asked = list_customers(size=100)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _number: len(session.door.collect(asked)), range(16)))

    assert found == [1007] * 16


def test_a_lost_answer_of_a_write_is_unknown_over_the_network_too():
    session = connect()
    table = customers(session)
    litware = customer_details(session, table.loc[table["name"] == "Litware", "customer_id"].iloc[0])
    session.set_fault("registrations", "lose_answer")

    with pytest.raises(AnswerLostError):
        session.door.send(register(litware.customer_id, litware.subscriptions["subscription_id"][0]))


def test_a_wrong_key_is_refused(served, monkeypatch):
    monkeypatch.setenv("BESPEAK_SANDBOX", json.dumps({"url": served["url"], "token": "another"}))

    with pytest.raises(RefusedError) as caught:
        connect()

    assert caught.value.status in {401, 403}


def test_an_address_with_parameters_is_refused(served, monkeypatch):
    monkeypatch.setenv(
        "BESPEAK_SANDBOX", json.dumps({"url": served["url"] + "/?x=1", "token": served["token"]})
    )

    with pytest.raises(InputError):
        connect()
