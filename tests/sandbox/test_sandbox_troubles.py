"""Faults on request: each kind of trouble as a client meets it, in this process and over TCP."""

import gzip
import json
import socket
import threading
from email.utils import parsedate_to_datetime

import httpx
import pytest
from tiny_world import ADA, ARM, CYD, CYD_PLAN, PARTNER, TOKEN

from bespeak.sandbox import World, create_app, serve
from bespeak.sandbox.faults import KINDS, MOST, Faults
from bespeak.sandbox.refusals import RefusalError

PATH = "/partner_center/v1/customers"
REGISTRATIONS = f"/v1/customers/{CYD}/subscriptions/{CYD_PLAN}/registrations"


@pytest.fixture(scope="module")
def tcp(folder):
    server = serve(World.demo(folder=folder), 0, TOKEN)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server
    server.close()
    thread.join(5)


@pytest.fixture(params=["in this process", "over TCP"])
def door(request, folder, tcp):
    """A client of the vendor's kind, signed in, through either door."""
    if request.param == "over TCP":
        client = httpx.Client(base_url=tcp.url, trust_env=False, timeout=5)
    else:
        app = create_app(World.demo(folder=folder), TOKEN, sleep=lambda _: None)
        client = httpx.Client(base_url="http://localhost", transport=httpx.WSGITransport(app.wsgi_app))
    with client:
        form = {"grant_type": "refresh_token", "refresh_token": TOKEN, "scope": f"{PARTNER}/.default"}
        token = client.post("/login/t/oauth2/v2.0/token", data=form).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client
        client.delete("/control/faults", headers={"Authorization": f"Bearer {TOKEN}"})


def fault(client, kind, match="get /partner_center", **more):
    wish = {"match": match, "kind": kind} | more
    client.post("/control/faults", json=wish, headers={"Authorization": f"Bearer {TOKEN}"}).raise_for_status()


def read_all(wire):
    while wire.recv(65_536):
        pass


def body(answer):
    return json.loads(answer.content.decode("utf-8-sig"))


def test_every_kind_has_words():
    assert len(KINDS) > 30
    assert all(words for words in KINDS.values())


@pytest.mark.parametrize("kind", ["half", "reset", "longer"])
def test_a_body_that_breaks_off_is_never_whole(door, kind):
    """F-32."""
    fault(door, kind)
    with pytest.raises((httpx.TransportError, ConnectionResetError)):
        door.get(PATH)
    assert door.get(PATH).status_code == 200


def test_a_reset_is_a_reset_on_the_wire(tcp):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    wish = {"match": "get /retail_prices", "kind": "reset"}
    httpx.post(f"{tcp.url}/control/faults", json=wish, headers=headers, trust_env=False).raise_for_status()
    with socket.create_connection(("127.0.0.1", tcp.port), timeout=5) as wire:
        wire.sendall(f"GET /retail_prices/x HTTP/1.1\r\nHost: 127.0.0.1:{tcp.port}\r\n\r\n".encode())
        with pytest.raises(ConnectionResetError):
            read_all(wire)


@pytest.mark.parametrize("kind", ["shorter", "cut_json"])
def test_a_json_that_breaks_off_comes_as_a_whole_answer(door, kind):
    """F-37."""
    fault(door, kind)
    answer = door.get(PATH)
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"."):
        body(answer)


def test_an_empty_200(door):
    fault(door, "empty")
    answer = door.get(PATH)
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("nan", b"NaN"),
        ("infinity", b"Infinity"),
        ("twice", b'"totalCount":1,"totalCount":2'),
        ("deep", b"[[[["),
        ("long_number", b"9999999"),
    ],
)
def test_odd_json(door, value, part):
    """F-36."""
    fault(door, "odd_json", value=value)
    assert part in door.get(PATH).content


def test_a_gzip_bomb_is_small_on_the_wire_and_large_unpacked(door):
    """F-34."""
    fault(door, "gzip_bomb")
    with door.stream("GET", PATH) as answer:
        packed = b"".join(answer.iter_raw())
    assert len(packed) < 256 * 1024
    assert len(gzip.decompress(packed)) == 200 << 20


@pytest.mark.parametrize("kind", ["wrong_gzip", "plain_gzip"])
def test_gzip_that_is_none(door, kind):
    fault(door, kind)
    with pytest.raises(httpx.DecodingError):
        door.get(PATH)


@pytest.mark.parametrize(
    ("wish", "shown"),
    [
        ({}, "57"),
        ({"retry_after": "soon"}, "soon"),
        ({"retry_after": "-5"}, "-5"),
        ({"retry_after": "1e9"}, "1e9"),
        ({"retry_after": "none"}, None),
    ],
)
def test_retry_after_in_all_its_forms(door, wish, shown):
    """F-28, F-30."""
    fault(door, "throttle", seconds=57, **wish)
    answer = door.get(PATH)
    assert (answer.status_code, answer.headers.get("Retry-After")) == (429, shown)


def test_retry_after_as_a_date(folder):
    """F-29."""
    app = create_app(World.demo(folder=folder), TOKEN, wall=lambda: 1_000_000.0)
    client = app.test_client()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    wish = {"kind": "refuse", "status": 503, "seconds": 90, "retry_after": "date"}
    client.post("/control/faults", json=wish, headers=headers)
    answer = client.get(PATH)
    assert answer.status_code == 503
    assert parsedate_to_datetime(answer.headers["Retry-After"]).timestamp() == 1_000_090


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_error_after_the_work_was_done(caller, status):
    """F-04."""
    caller.token()
    caller.control("POST", "/faults", {"match": "post /partner", "kind": "fail_after", "status": status})
    assert caller.call("POST", REGISTRATIONS).status_code == status
    assert caller.get(REGISTRATIONS.replace("registrations", "registrationstatus"))["status"] == "Registering"


@pytest.mark.parametrize(
    ("status", "code"), [(409, 800060), (409, 800064), (400, 800065), (403, 900121), (200, 400072)]
)
def test_a_refusal_of_business_changes_nothing(caller, status, code):
    """F-05, F-06, F-07, F-25, F-51."""
    caller.token()
    caller.control(
        "POST", "/faults", {"match": "registrations", "kind": "refuse", "status": status, "code": code}
    )
    state = caller.world.state.registrations
    before = (list(state.registered), dict(state.asked))
    answer = caller.call("POST", REGISTRATIONS)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert (list(state.registered), dict(state.asked)) == before


def test_azure_refuses_in_its_own_shape_with_a_word(caller):
    caller.token(ARM)
    caller.control("POST", "/faults", {"match": "/arm", "kind": "refuse", "status": 409, "code": "Busy"})
    answer = caller.call("GET", "/providers/x", audience=ARM, prefix="/arm")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "Busy")


def test_a_sign_in_can_ask_for_claims(caller):
    """F-46."""
    wish = {"match": "/login", "kind": "refuse", "status": 400, "code": 50076, "value": '{"access_token":{}}'}
    caller.control("POST", "/faults", wish)
    answer = caller.client.post("/login/t/oauth2/v2.0/token", data={"grant_type": "refresh_token"}).get_json()
    assert answer["error_description"].startswith("AADSTS50076")
    assert answer["claims"] == '{"access_token":{}}'


@pytest.mark.parametrize(
    ("kind", "status", "code"), [("expired_token", 401, 400), ("insufficient_token", 403, 900150)]
)
def test_a_token_that_lapses_or_lacks_a_right_in_the_middle(caller, kind, status, code):
    """F-45."""
    caller.token()
    caller.control("POST", "/faults", {"match": "customers", "kind": kind, "after": 1})
    caller.get("/v1/customers")
    assert caller.error("GET", "/v1/customers") == (status, code)
    caller.get("/v1/customers")


@pytest.mark.parametrize(
    ("value", "there"),
    [
        ("", f"{PATH}?size=1"),
        ("foreign", "https://collector.example.com/partner_center/v1/customers"),
        ("/x", "/x"),
    ],
)
def test_a_redirect(door, value, there):
    """F-40, F-41."""
    fault(door, "redirect", status=307, value=value)
    answer = door.get(f"{PATH}?size=1", follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (307, there)


def test_links_that_lead_astray(door):
    """F-38, F-39."""
    fault(door, "foreign_link")
    fault(door, "downgraded_link", after=1)
    fault(door, "malformed_link", after=2)
    links = [body(door.get(f"{PATH}?size=1"))["links"]["next"]["uri"] for _ in range(3)]
    assert links[0].startswith("https://collector.example.com/")
    assert links[1].startswith("http://127.0.0.1:1/")
    assert links[2].count("?") == 2


def test_a_page_that_leads_to_itself(door):
    """F-41."""
    token = body(door.get(f"{PATH}?size=1"))["continuationToken"]
    fault(door, "self_link")
    page = body(door.get(f"{PATH}?size=1", headers={"MS-ContinuationToken": token}))
    assert [header["value"] for header in page["links"]["next"]["headers"]] == [token]


def test_pages_that_are_empty_short_doubled_or_lost(door):
    """F-43, F-44."""
    for turn, kind in enumerate(("empty_page", "drop_link", "double_items", "lose_list")):
        fault(door, kind, after=turn)
    empty, short, doubled, lost = (body(door.get(f"{PATH}?size=2")) for _ in range(4))
    assert (empty["items"], "next" in empty["links"]) == ([], True)
    assert (len(short["items"]), "next" in short["links"]) == (2, False)
    assert [item["id"] for item in doubled["items"][:2]] == [item["id"] for item in doubled["items"][2:]]
    assert (lost["items"], lost["totalCount"], "next" in lost["links"]) == ([], 0, False)


def test_members_that_are_new_changed_or_missing(door):
    """F-18, F-48, F-49."""
    fault(door, "add_fields")
    fault(door, "set_field", after=1, field="COMPANYNAME", value='{"odd": 1}')
    fault(door, "drop_field", after=2, field="companyName")
    added, changed, missing = (body(door.get(PATH))["items"] for _ in range(3))
    assert added[0]["newInThisRelease"] == {"kind": "unheard_of"}
    assert [item["companyProfile"]["companyName"] for item in changed[:2]] == [{"odd": 1}, "Bob & Söhne"]
    assert ["companyName" in item["companyProfile"] for item in missing[:2]] == [False, True]


def test_a_price_moves_between_quote_and_checkout(caller):
    """F-16."""
    sku = caller.world.catalogue.by_size("polandcentral", "Standard_D2s_v5")["P1Y"]
    before = caller.world.prices.reservation(sku, caller.world.now)
    caller.control("POST", "/faults", {"match": "customers", "kind": "move_price", "value": "10"})
    caller.get("/v1/customers")
    assert caller.world.prices.reservation(sku, caller.world.now) == before * 110 / 100


def test_time_passes_so_that_item_ids_rotate(caller):
    """F-17."""
    sku = caller.world.catalogue.by_size("polandcentral", "Standard_D2s_v5")["P1Y"]
    before = caller.world.catalogue.availability_id(sku, "", caller.world.now)
    caller.control(
        "POST", "/faults", {"match": "customers", "kind": "time_passes", "value": str(60 * 24 * 30)}
    )
    caller.get("/v1/customers")
    assert caller.world.catalogue.availability_id(sku, "", caller.world.now) != before


def test_bytes_that_drip(tcp):
    """F-33: it never ends by itself; a reader gives up."""
    form = {"grant_type": "refresh_token", "refresh_token": TOKEN, "scope": f"{PARTNER}/.default"}
    with httpx.Client(base_url=tcp.url, trust_env=False, timeout=5) as client:
        token = client.post("/login/t/oauth2/v2.0/token", data=form).json()["access_token"]
        fault(client, "slow_bytes", seconds=0.001)
        with client.stream("GET", PATH, headers={"Authorization": f"Bearer {token}"}) as answer:
            pieces = answer.iter_raw()
            first = [next(pieces) for _ in range(5)]
    assert all(len(piece) < 50 for piece in first)


@pytest.mark.parametrize(("kind", "registering"), [("slow", True), ("slow_answer", True)])
def test_a_slow_answer_in_both_orders(caller, kind, registering):
    """F-02."""
    caller.token()
    caller.control("POST", "/faults", {"match": "post /partner", "kind": kind, "seconds": 45})
    caller.call("POST", REGISTRATIONS)
    assert caller.waits == [45]
    assert bool(caller.world.state.registrations.asked) is registering


def test_a_clock_that_is_wrong(tcp):
    """F-54: one header Date, and it is off."""
    wish = {"match": "get /retail_prices", "kind": "wrong_date", "value": "-86400"}
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=tcp.url, trust_env=False) as client:
        client.post("/control/faults", json=wish, headers=headers).raise_for_status()
        wrong, right = (client.get("/retail_prices/x") for _ in range(2))
    dates = [parsedate_to_datetime(answer.headers["Date"]) for answer in (wrong, right)]
    assert len(wrong.headers.get_list("Date")) == 1
    assert 86_390 < (dates[1] - dates[0]).total_seconds() < 86_410


def strikes(**wish):
    faults = Faults([], "salt")
    faults.add({"match": "x", "kind": "empty", "times": 0} | wish)
    return [faults.strike("GET", "/x") is not None for _ in range(12)]


def test_after_every_and_times():
    assert strikes(after=2, every=3) == [False, False, True] + [False, False, True] * 3
    assert sum(strikes(times=2)) == 2
    assert sum(strikes()) == 12


def test_chance_is_repeatable_and_about_right():
    assert strikes(probability=0.5) == strikes(probability=0.5)
    faults = Faults([], "1")
    faults.add({"match": "", "kind": "empty", "times": 0, "probability": 0.2})
    struck = sum(faults.strike("GET", "/") is not None for _ in range(2_000))
    assert 300 < struck < 500


def test_another_seed_draws_otherwise():
    def drawn(salt):
        faults = Faults([], salt)
        faults.add({"match": "", "kind": "empty", "times": 0, "probability": 0.5})
        return [faults.strike("GET", "/") is not None for _ in range(64)]

    assert drawn("1") != drawn("2")


def test_the_number_of_faults_is_bounded():
    faults = Faults([])
    for _ in range(MOST):
        faults.add({"kind": "empty"})
    with pytest.raises(RefusalError, match="faults wait already"):
        faults.add({"kind": "empty"})


def test_faults_are_listed_and_removed(caller):
    caller.control("POST", "/faults", {"match": "customers", "kind": "empty", "times": 0})
    listed = caller.control("GET", "/faults").get_json()["faults"]
    assert [(one["match"], one["kind"], one["times"]) for one in listed] == [("customers", "empty", 0)]
    assert caller.control("DELETE", "/faults").status_code == 204
    assert caller.get(f"/v1/customers/{ADA}")["id"] == ADA


def test_the_control_meets_no_fault(caller):
    caller.control("POST", "/faults", {"match": "", "kind": "empty", "times": 0})
    assert caller.control("GET", "/world").get_json()["seed"] == 1
