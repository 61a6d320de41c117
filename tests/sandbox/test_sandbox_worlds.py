"""A world for each token, snapshots, switches: what the control does, and that a refusal changes nothing."""

import gzip
import json

import pytest
from tiny_world import ADA, CYD, CYD_PLAN, PARTNER, TOKEN

from bespeak.sandbox import World, create_app
from bespeak.sandbox.http.hall import MOST
from bespeak.sandbox.presets import CHOICES, PRESETS, set_all
from bespeak.sandbox.switches import Switches


@pytest.fixture
def hall(folder):
    names = (f"secret-{number}" for number in range(100))
    app = create_app(
        World.demo(folder=folder), TOKEN, wall=lambda: 1_000_000.0, new_token=lambda: next(names)
    )
    return app.test_client()


def control(hall, method, path, body=None, token=TOKEN, under=""):
    headers = {"Authorization": f"Bearer {token}"}
    return hall.open(f"{under}/control{path}", method=method, json=body, headers=headers)


def sign_in(hall, token, under=""):
    form = {"grant_type": "refresh_token", "refresh_token": token, "scope": f"{PARTNER}/.default"}
    return hall.post(f"{under}/login/t/oauth2/v2.0/token", data=form)


def customers(hall, access, under="", **headers):
    sent = {"Authorization": f"Bearer {access}"} | headers
    return hall.get(f"{under}/partner_center/v1/customers?size=1", headers=sent)


def add(hall, name, **more):
    return control(hall, "POST", "/worlds", {"name": name, **more})


def test_a_world_for_each_token(hall):
    made = add(hall, "ada").get_json()
    assert (made["token"], made["date"]) == ("secret-0", "2026-11-16T00:00:00Z")
    assert control(hall, "POST", "/clock", {"advance_minutes": 60}, token="secret-0").status_code == 200
    dates = {row["name"]: row["date"] for row in control(hall, "GET", "/worlds").get_json()["worlds"]}
    assert dates == {"first": "2026-11-16T00:00:00Z", "ada": "2026-11-16T01:00:00Z"}
    assert "secret-0" not in control(hall, "GET", "/worlds").get_data(as_text=True)


def test_an_access_token_leads_to_its_own_world_only(hall):
    under = "/w/" + add(hall, "ada").get_json()["url"].partition("/w/")[2]
    add(hall, "bob")
    ada, bob = (sign_in(hall, token).get_json()["access_token"] for token in ("secret-0", "secret-1"))
    assert customers(hall, ada).status_code == customers(hall, ada, under).status_code == 200
    before = [seat.world.snapshot() for seat in hall.application.extensions["bespeak.hall"]]
    assert customers(hall, bob, under).status_code == 401
    assert control(hall, "POST", "/reset", token="secret-1", under=under).status_code == 401
    assert sign_in(hall, "secret-1", under).get_json()["error"] == "invalid_grant"
    assert [seat.world.snapshot() for seat in hall.application.extensions["bespeak.hall"]] == before


def test_a_page_of_another_world_is_refused(hall):
    add(hall, "ada")
    ada, first = (sign_in(hall, token).get_json()["access_token"] for token in ("secret-0", TOKEN))
    page = json.loads(customers(hall, ada).data.decode("utf-8-sig"))
    answer = customers(hall, first, **{"MS-ContinuationToken": page["continuationToken"]})
    assert (answer.status_code, answer.get_json()["code"]) == (400, 2000)


def test_only_the_first_token_may_add_list_and_remove(hall):
    add(hall, "ada")
    for method, path, body in (
        ("POST", "/worlds", {"name": "x"}),
        ("GET", "/worlds", None),
        ("DELETE", "/worlds/ada", None),
    ):
        assert control(hall, method, path, body, token="secret-0").status_code == 403
    assert len(control(hall, "GET", "/worlds").get_json()["worlds"]) == 2


def test_a_removed_world_is_gone_with_its_tokens(hall):
    made = add(hall, "ada").get_json()
    access = sign_in(hall, "secret-0").get_json()["access_token"]
    assert control(hall, "DELETE", "/worlds/ada").status_code == 204
    assert customers(hall, access).status_code == 401
    assert control(hall, "GET", "/world", token="secret-0").status_code == 401
    under = "/w/" + made["url"].partition("/w/")[2]
    assert customers(hall, access, under).status_code == 404
    again = add(hall, "ada").get_json()
    assert again["instance"] != made["instance"]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({}, 400, "Member 'name' must be a text, not missing"),
        ({"name": 3}, 400, "must be a text, not 3"),
        ({"name": "Ada"}, 400, "small letters"),
        ({"name": "../x"}, 400, "small letters"),
        ({"name": "x", "scenarios": "y"}, 400, "Member 'scenarios' is unknown. Did you mean 'scenario'?"),
        ({"name": "x", "scenario": "y"}, 400, "There is no scenario 'y'"),
        ({"name": "first"}, 409, "There is a world 'first' already"),
    ],
)
def test_a_wrong_wish_for_a_world_makes_none(hall, body, status, words):
    answer = control(hall, "POST", "/worlds", body)
    assert (answer.status_code, words in answer.get_json()["error"]["message"]) == (status, True)
    assert len(control(hall, "GET", "/worlds").get_json()["worlds"]) == 1


def test_the_first_world_stays_and_an_unknown_one_is_404(hall):
    assert control(hall, "DELETE", "/worlds/first").status_code == 409
    assert control(hall, "DELETE", "/worlds/none").status_code == 404


def test_the_number_of_worlds_is_bounded(hall):
    assert [add(hall, f"w{n}").status_code for n in range(MOST)] == [201] * (MOST - 1) + [409]


def test_a_world_of_a_scenario_stands_beside_the_demo(hall):
    made = add(hall, "ada", scenario="lapsed_agreement")
    assert made.status_code == 201
    access = sign_in(hall, "secret-0").get_json()["access_token"]
    page = json.loads(customers(hall, access).data.decode("utf-8-sig"))
    assert page["items"][0]["companyProfile"]["companyName"] == "Fourth Coffee"


def test_a_scenario_that_does_not_fit_the_sample_data_is_refused(hall):
    """The tiny data have no price for one of its sizes."""
    answer = add(hall, "ada", scenario="migration")
    assert (answer.status_code, "Standard_E2as_v5" in answer.get_json()["error"]["message"]) == (400, True)


def snapshot(caller):
    return caller.control("GET", "/snapshot")


def restore(caller, text):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return caller.client.post("/control/restore", data=text, headers=headers)


def test_a_snapshot_is_restored(caller):
    kept = snapshot(caller).data
    caller.post(f"/v1/customers/{CYD}/subscriptions/{CYD_PLAN}/registrations", status=202)
    caller.advance(600)
    answer = restore(caller, kept)
    assert (answer.status_code, answer.get_json()["date"]) == (200, "2026-11-16T00:00:00Z")
    status = caller.get(f"/v1/customers/{CYD}/subscriptions/{CYD_PLAN}/registrationstatus")
    assert status["status"] == "NotRegistered"


def test_no_instance_id_comes_twice_whatever_is_restored_or_reset(caller):
    """A journal keys on it: another life under an old name would find purchases that never were."""
    kept, seen = snapshot(caller).data, [caller.world.instance]
    for act in ("reset", "restore", "reset", "restore", "restore", "reset"):
        answer = caller.control("POST", "/reset") if act == "reset" else restore(caller, kept)
        seen.append(answer.get_json()["instance"])
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize(
    "change", ["cut", "type", "seed", "base", "format", "text", "date", "list", "switch"]
)
def test_a_snapshot_that_does_not_fit_is_refused_and_changes_nothing(caller, change):
    caller.advance(60)
    kept = json.loads(snapshot(caller).data)
    match change:
        case "type":
            kept["state"]["resets"] = "three"
        case "seed":
            kept["seed"] = 2
        case "base":
            kept["base"] = "another"
        case "format":
            kept["bespeak_world"] = 99
        case "date":
            kept["state"]["now"] = "2020-01-01T00:00:00Z"
        case "switch":
            kept["state"]["switches"]["throttle"] = "sometimes"
        case "list":
            kept = [kept]
    text = json.dumps(kept).encode()
    text = {"cut": text[:-9], "text": b"\xff\xfe"}.get(change, text)
    before = caller.world.snapshot()
    answer = restore(caller, text)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "BadSnapshot")
    assert caller.world.snapshot() == before


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/clock", b"{"),
        ("/clock", b"[]"),
        ("/clock", b'{"advance_minutes": -1}'),
        ("/clock", b'{"advance_minutes": "5"}'),
        ("/clock", b'{"advance_minutes": 5, "back": true}'),
        ("/clock", b"\xff"),
        ("/reset", b'{"seed": 3}'),
        ("/switches", b'{"order_minuts": 3}'),
        ("/switches", b'{"order_minutes": "3"}'),
        ("/switches", b'{"order_minutes": -3}'),
        ("/switches", b'{"order_minutes": 3, "racing_checkouts": "maybe"}'),
        ("/switches", b'{"preset": "best"}'),
        ("/switches", b'{"preset": ["worse"]}'),
        ("/faults", b'{"kind": "explode"}'),
        ("/faults", b'{"kind": "slow", "seconds": -1}'),
        ("/faults", b'{"kind": "slow", "seconds": 1e9}'),
        ("/faults", b'{"kind": "slow", "probability": 2}'),
        ("/faults", b'{"kind": ["slow"]}'),
        ("/faults", b'{"kind": "refuse", "status": 99}'),
        ("/worlds", b'{"name": null}'),
    ],
)
def test_a_refused_control_request_changes_nothing(caller, path, body):
    before = caller.world.snapshot()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = caller.client.post(f"/control{path}", data=body, headers=headers)
    assert answer.status_code == 400
    assert answer.get_json()["error"]["message"]
    assert caller.world.snapshot() == before


def test_switches_are_listed(caller):
    listed = caller.control("GET", "/switches").get_json()
    assert (listed["order_minutes"], listed["throttle"]) == (15, "off")


def test_a_preset_sets_many_switches_and_single_ones_win(caller):
    shown = caller.control("POST", "/switches", {"preset": "worse", "cart_minutes": 3}).get_json()
    assert (shown["cart_minutes"], shown["racing_checkouts"], shown["mfa_needed"]) == (
        3,
        "both",
        "everywhere",
    )
    assert caller.control("POST", "/switches", {"preset": "default"}).get_json()["cart_minutes"] == 0


def test_a_wrong_member_is_answered_with_a_near_one(caller):
    answer = caller.control("POST", "/switches", {"order_minuts": 3}).get_json()
    assert "Did you mean 'order_minutes'?" in answer["error"]["message"]


def test_without_a_second_factor_nothing_is_read_when_it_is_needed_everywhere(caller):
    """Microsoft enforces it on every App+User call from 2026-04-01 (partner-center-api 2.1)."""
    token = caller.token(mfa=False)
    headers = {"Authorization": f"Bearer {token}"}
    path = f"/partner_center/v1/customers/{ADA}"
    assert caller.client.get(path, headers=headers).status_code == 200
    caller.control("POST", "/switches", {"mfa_needed": "everywhere"})
    answer = caller.client.get(path, headers=headers)
    assert (answer.status_code, answer.headers["isMfaCompliant"]) == (401, "false")


def test_a_continuation_token_lives_as_long_as_the_switch_says(caller):
    caller.control("POST", "/switches", {"continuation_minutes": 5})
    headers = {"MS-ContinuationToken": caller.get("/v1/customers?size=1")["continuationToken"]}
    caller.advance(6)
    assert caller.error("GET", "/v1/customers", headers=headers) == (400, 2000)


def test_answers_are_packed_for_those_who_take_it_when_switched_on(hall):
    control(hall, "POST", "/switches", {"gzip": True})
    access = sign_in(hall, TOKEN).get_json()["access_token"]
    plain, packed = customers(hall, access), customers(hall, access, **{"Accept-Encoding": "gzip, deflate"})
    assert plain.headers.get("Content-Encoding") is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data


def test_a_missing_second_factor_can_be_403(caller):
    caller.control("POST", "/switches", {"mfa_status": 403})
    headers = {"Authorization": f"Bearer {caller.token(mfa=False)}"}
    path = f"/partner_center/v1/customers/{ADA}/profiles/company"
    answer = caller.client.get(path, headers=headers)
    assert (answer.status_code, answer.headers["isMfaCompliant"]) == (403, "false")


def test_an_expired_cart_can_be_400(caller):
    cart = caller.post(f"/v1/customers/{ADA}/carts", {"lineItems": [{"catalogItemId": "x", "quantity": 1}]})
    caller.advance(8 * 24 * 60)
    path = f"/v1/customers/{ADA}/carts/{cart['id']}"
    assert caller.error("GET", path) == (404, 800008)
    caller.control("POST", "/switches", {"expired_cart_status": 400})
    assert caller.error("GET", path) == (400, 800008)


@pytest.mark.parametrize(
    ("form", "code"),
    [("name", "catalog_item_id_is_not_valid"), ("pascal", "CatalogItemIdIsNotValid"), ("number", 10001)],
)
def test_a_line_error_is_written_in_the_form_of_the_switch(caller, form, code):
    caller.control("POST", "/switches", {"cart_error_form": form})
    wish = {"lineItems": [{"id": 0, "catalogItemId": "DZH318Z0B1P4:0001:NOTHING", "quantity": 1}]}
    cart = caller.post(f"/v1/customers/{ADA}/carts", wish)
    assert cart["lineItems"][0]["error"]["errorCode"] == code


def test_the_total_can_be_that_of_the_whole_list(caller):
    assert caller.get("/v1/customers?size=1")["totalCount"] == 1
    caller.control("POST", "/switches", {"total_count_is_whole": True})
    assert caller.get("/v1/customers?size=1")["totalCount"] == 4


def test_every_switch_with_words_refuses_another_word(caller):
    for name in CHOICES:
        answer = caller.control("POST", "/switches", {name: "nonsense"})
        assert (answer.status_code, name in answer.get_json()["error"]["message"]) == (400, True)


def test_presets_name_switches_that_exist_with_values_they_take():
    for name in PRESETS:
        switches = Switches()
        set_all(switches, {"preset": name})
        assert (switches != Switches()) is (name != "default")


def test_the_events_are_listed(hall, caller):
    assert caller.control("GET", "/events").get_json() == {"events": []}
    add(hall, "ada", scenario="lapsed_agreement")
    control(hall, "POST", "/clock", {"advance_minutes": 3 * 24 * 60}, token="secret-0")
    events = control(hall, "GET", "/events", token="secret-0").get_json()["events"]
    assert [(one["what"], one["happened"], one["refused"]) for one in events] == [
        ("agreement_lapses", True, None),
        ("agreement_signed", False, None),
    ]
