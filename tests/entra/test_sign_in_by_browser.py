"""Signing in by the browser: who it is, whose tokens there are, who is asked and when."""

import socket
import threading
from urllib.parse import parse_qs, urlsplit

import pytest
from msal_extensions.persistence import FilePersistence

from bespeak.clients.entra.ways import BrowserSignIn
from bespeak.clients.secret import Secret
from bespeak.errors import SignInError, UnreachableError

CUSTOMER = "aaaaaaaa-0000-4000-8000-000000000001"


def test_the_person_of_the_page_is_signed_in(stage):
    tokens = stage.tokens()
    person = tokens.sign_in()
    assert (person.name, person.second_factor) == ("admin-agent@sandbox.example.com", True)
    assert tokens.person == person
    assert not person.is_app


def test_another_person_is_another_one(stage):
    first = stage.tokens().sign_in()
    stage.person, stage.vault = "Sam Okoro (sales-agent)", {}
    second = stage.tokens().sign_in()
    assert second.name == "sales-agent@sandbox.example.com"
    assert second.object_id != first.object_id


def test_the_page_is_asked_with_a_challenge_and_answers_to_this_machine(stage):
    stage.tokens().sign_in()
    asked = {name: value[0] for name, value in parse_qs(urlsplit(stage.opened[0]).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert asked["response_mode"] == "form_post"
    assert asked["redirect_uri"].startswith("http://localhost:")
    assert stage.opened[0].startswith("http://sandbox.localhost/login/partner.example/")


def test_a_token_for_each_service(stage):
    tokens = stage.tokens()
    tokens.sign_in()
    services = ("partner_center", "price_sheets", "arm", "graph")
    assert len({tokens.token(one, None).reveal() for one in services}) == 4
    assert len(stage.opened) == 1


def test_a_token_for_each_tenant_from_one_sign_in(stage):
    tokens = stage.tokens()
    tokens.sign_in()
    assert tokens.token("arm", None) != tokens.token("arm", None, CUSTOMER)
    assert stage.asked()[-1].url.path == f"/login/{CUSTOMER}/oauth2/v2.0/token"
    assert len(stage.opened) == 1


def test_the_sign_in_and_the_control_take_no_token_of_it(stage):
    assert stage.tokens().token("login", None) is None
    assert stage.tokens().token("control", None) is None


def test_nobody_is_asked_in_the_background(stage):
    tokens = stage.tokens()
    with pytest.raises(SignInError, match=r"Nobody is signed in.*nothing was bought"):
        tokens.token("partner_center", None)
    with pytest.raises(SignInError, match="Nobody is signed in"):
        _ = tokens.person
    assert stage.opened == []


def test_a_token_is_asked_for_once_and_renewed_five_minutes_early(stage):
    tokens = stage.tokens()
    tokens.sign_in()
    first, asked = tokens.token("partner_center", None), len(stage.asked())
    stage.pass_time(3599 - 301)
    assert tokens.token("partner_center", None) == first
    assert len(stage.asked()) == asked
    stage.pass_time(2)
    assert tokens.token("partner_center", None) != first
    assert len(stage.asked()) == asked + 1
    assert len(stage.opened) == 1


def test_many_threads_that_need_the_same_token_ask_once(stage):
    tokens = stage.tokens()
    tokens.sign_in()
    stage.pass_time(3600)
    before, gate, got = len(stage.asked()), threading.Barrier(8), []

    def work():
        gate.wait(5)
        got.append(tokens.token("partner_center", None).reveal())

    threads = [threading.Thread(target=work) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert len(got) == 8
    assert len(set(got)) == 1
    assert len(stage.asked()) == before + 1


def test_a_token_that_was_not_accepted_is_replaced_once(stage):
    tokens = stage.tokens()
    tokens.sign_in()
    old = tokens.token("arm", None)
    stage.pass_time(1)
    tokens.forget("arm", old)
    tokens.forget("arm", old)
    new = tokens.token("arm", None)
    assert new != old
    assert tokens.token("arm", None) == new


def test_a_kept_sign_in_is_there_in_the_next_kernel_without_asking(stage):
    stage.tokens().sign_in()
    again = stage.tokens()
    assert again.person.name == "admin-agent@sandbox.example.com"
    assert len(stage.opened) == 1


def test_who_signed_out_is_not_signed_in_any_more(stage):
    tokens = stage.tokens()
    tokens.sign_in()
    tokens.sign_out()
    for one in (tokens, stage.tokens()):
        with pytest.raises(SignInError, match="Nobody is signed in"):
            one.token("partner_center", None)


def test_the_last_person_who_signed_in_is_the_only_one_that_is_kept(stage):
    stage.tokens().sign_in()
    stage.person = "Sam Okoro (sales-agent)"
    stage.tokens().sign_in()
    assert stage.tokens().person.name == "sales-agent@sandbox.example.com"


def test_a_person_who_declines_is_told_so(stage):
    stage.person = "Do not sign in"
    with pytest.raises(SignInError, match=r"declined on the page.*nothing was bought"):
        stage.tokens().sign_in()


def test_no_browser_is_said_with_the_next_step(stage):
    with pytest.raises(SignInError, match=r"no browser could be opened.*device code"):
        stage.tokens(BrowserSignIn(lambda _: False)).sign_in()


def test_an_answer_that_does_not_come_is_said(stage):
    with pytest.raises(SignInError, match=r"no answer came from the browser within 0\.05 seconds"):
        stage.tokens(BrowserSignIn(lambda _: True, seconds=0.05)).sign_in()


@pytest.mark.parametrize("state", ["", "another"])
def test_an_answer_that_was_not_asked_for_is_refused(stage, state):
    said = []

    def attack(address):
        reply = parse_qs(urlsplit(address).query)["redirect_uri"][0]
        said.append(stage.answer(reply, {"code": "stolen", "state": state}))
        return stage.browse(address)

    assert stage.tokens(BrowserSignIn(attack)).sign_in().second_factor
    assert said == [400]


def test_the_port_takes_no_answer_in_an_address_and_no_foreign_name(stage):
    said = []

    def attack(address):
        asked = parse_qs(urlsplit(address).query)
        reply, told = asked["redirect_uri"][0], {"code": "stolen", "state": asked["state"][0]}
        said.append(stage.answer(reply, told, Host="evil.test:80"))
        path = f"/?code=x&state={told['state']}"
        said.append(stage.asked_port(urlsplit(reply).port, "GET", path))
        return stage.browse(address)

    stage.tokens(BrowserSignIn(attack)).sign_in()
    assert said == [400, 400]


def test_the_port_listens_on_one_address_of_this_machine_and_is_gone_afterwards(stage):
    where = []

    def look(address):
        port = urlsplit(parse_qs(urlsplit(address).query)["redirect_uri"][0]).port
        where.append(port)
        # Who listens on every address of the machine would answer on this one, too.
        with (
            pytest.raises((ConnectionError, TimeoutError)),
            socket.create_connection(("127.0.0.2", port), timeout=1),
        ):
            pass
        return stage.browse(address)

    stage.tokens(BrowserSignIn(look)).sign_in()
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", where[0]), timeout=1):
        pass


def test_without_a_second_factor_the_person_says_so(stage):
    stage.person = "Alba Ferri (admin-agent), without a second factor"
    assert stage.tokens().sign_in().second_factor is False


def test_a_service_out_of_reach_is_tried_three_times(stage):
    tokens = stage.tokens()
    tokens.sign_in()
    stage.pass_time(3600)
    stage.fault(status=503, kind="not_json", times=9)
    before = len(stage.asked())
    with pytest.raises(UnreachableError, match=r"trouble of its own .503.*nothing was bought"):
        tokens.token("partner_center", None)
    assert len(stage.asked()) == before + 3
    assert stage.waits == [0.5, 2.0]


def test_a_code_is_never_sent_twice(stage):
    stage.fault(kind="lose_answer")
    with pytest.raises(UnreachableError):
        stage.tokens().sign_in()
    assert len(stage.asked()) == 1


def test_a_plain_file_is_never_used(stage, monkeypatch):
    def refuse(*_args):
        raise AssertionError("A plain file was opened for tokens.")

    monkeypatch.setattr(FilePersistence, "save", refuse)
    tokens = stage.tokens()
    tokens.sign_in()
    token = tokens.token("partner_center", None)
    files = [one.read_bytes() for one in stage.folder.rglob("*") if one.is_file()]
    assert all(token.reveal().encode() not in one for one in files)
    assert isinstance(token, Secret)
