"""How a person signs in: discovery, the page, codes and their verifier, device codes; and certificates."""

import base64
import hashlib
import html
import json
import re

import pytest
from tiny_world import ADA, PARTNER, TOKEN

V2 = "/login/tenant/oauth2/v2.0/token"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
REPLY = "http://localhost:5005/"
ASKED = {
    "client_id": "app",
    "response_type": "code",
    "redirect_uri": REPLY,
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
    "state": "s<&>",
    "nonce": "n1",
    "response_mode": "form_post",
}
SCOPE = f"{PARTNER}/.default openid profile offline_access"


def page(caller, **change):
    return caller.client.get("/login/tenant/oauth2/v2.0/authorize", query_string=ASKED | change)


def codes(caller, **change):
    """The codes on the page by what stands on their buttons."""
    text = page(caller, **change).text
    found = re.findall(r'<form method="post" action="(.*?)">(.*?)<button>(.*?)</button>', text)
    return {
        html.unescape(label): {
            n: html.unescape(v) for n, v in re.findall(r'name="(\w+)" value="(.*?)"', hidden)
        }
        for _, hidden, label in found
    }


def redeem(caller, code, headers=BEARER, **change):
    form = {"grant_type": "authorization_code", "client_id": "app", "redirect_uri": REPLY, "code": code}
    form |= {"code_verifier": VERIFIER, "scope": SCOPE, "client_info": "1"}
    return caller.client.post(V2, data=form | change, headers=headers)


def told(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


ALBA, SAM = "Alba Ferri (admin-agent)", "Sam Okoro (sales-agent)"


def test_a_client_finds_the_endpoints(caller):
    found = caller.client.get("/login/tenant/v2.0/.well-known/openid-configuration").get_json()
    assert found["token_endpoint"] == "http://localhost/login/tenant/oauth2/v2.0/token"


def test_the_page_offers_a_code_for_each_person(caller):
    found = codes(caller)
    assert {ALBA, SAM, "Hedda Lind (helpdesk-agent)", f"{ALBA}, without a second factor"} <= set(found)
    assert found[ALBA]["state"] == "s<&>"
    assert found["Do not sign in"]["error"] == "access_denied"


def test_the_page_has_no_script_and_answers_to_the_client_only(caller):
    answer = page(caller)
    assert "<script" not in answer.text
    assert "form-action http://localhost:5005;" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_page_can_answer_by_the_address(caller):
    text = html.unescape(page(caller, response_mode="query").text)
    assert re.search(r'href="http://localhost:5005/\?code=[^&"]+&state=s', text)


def test_the_person_that_is_hinted_at_comes_first(caller):
    assert next(iter(codes(caller, login_hint="sales-agent@sandbox.example.com"))) == SAM


def test_a_code_signs_in_the_person_of_its_button(caller):
    answer = redeem(caller, codes(caller)[SAM]["code"]).get_json()
    claims, shown = told(answer["access_token"]), told(answer["id_token"])
    assert (claims["upn"], claims["amr"]) == ("sales-agent@sandbox.example.com", ["pwd", "mfa"])
    assert (shown["name"], shown["nonce"], shown["aud"]) == ("Sam Okoro", "n1", "app")
    assert (
        caller.client.get(
            "/partner_center/v1/customers", headers={"Authorization": f"Bearer {answer['access_token']}"}
        ).status_code
        == 200
    )


def test_a_code_is_good_once(caller):
    code = codes(caller)[ALBA]["code"]
    assert redeem(caller, code).status_code == 200
    assert "AADSTS54005" in redeem(caller, code).get_json()["error_description"]


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"code_verifier": "w" * 43}, "AADSTS501481"),
        ({"redirect_uri": "http://localhost:1/"}, "AADSTS50011"),
        ({"client_id": "other"}, "AADSTS50011"),
    ],
)
def test_a_code_is_for_one_client_with_its_verifier(caller, change, number):
    answer = redeem(caller, codes(caller)[ALBA]["code"], **change)
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_grant")
    assert number in answer.get_json()["error_description"]


def test_a_code_ends_after_ten_minutes(caller):
    code = codes(caller)[ALBA]["code"]
    caller.clock[0] += 601
    assert redeem(caller, code).get_json()["error_codes"] == [70008]


def test_nobody_without_the_token_of_the_world_redeems_a_code(caller):
    answer = redeem(caller, codes(caller)[ALBA]["code"], headers={})
    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": "https://evil.test/"},
        {"redirect_uri": "http://evil.test:80/"},
        {"redirect_uri": "http://localhost.evil.test:80/"},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"response_type": "token"},
        {"client_id": ""},
    ],
)
def test_the_page_refuses_what_is_not_for_this_machine_or_has_no_challenge(caller, change):
    assert page(caller, **change).status_code == 400


def test_a_refresh_token_is_replaced_by_a_new_one_each_time(caller):
    first = redeem(caller, codes(caller)[SAM]["code"]).get_json()["refresh_token"]
    form = {"grant_type": "refresh_token", "client_id": "app", "refresh_token": first, "scope": SCOPE}
    answer = caller.client.post(V2, data=form).get_json()
    assert answer["refresh_token"] not in {first, TOKEN}
    assert told(answer["access_token"])["upn"].startswith("sales-agent@")


def test_a_refresh_token_without_a_second_factor_stays_without(caller):
    code = codes(caller)[f"{ALBA}, without a second factor"]["code"]
    first = redeem(caller, code).get_json()["refresh_token"]
    form = {"grant_type": "refresh_token", "client_id": "app", "refresh_token": first, "scope": SCOPE}
    token = caller.client.post(V2, data=form).get_json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    answer = caller.client.get(f"/partner_center/v1/customers/{ADA}/profiles/company", headers=headers)
    assert (answer.status_code, answer.headers["isMfaCompliant"]) == (401, "false")


def begun(caller):
    form = {"client_id": "app", "scope": SCOPE}
    return caller.client.post("/login/tenant/oauth2/v2.0/devicecode", data=form, headers=BEARER)


def poll(caller, device):
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": "app"}
    return caller.client.post(V2, data=form | {"device_code": device, "scope": SCOPE}).get_json()


def enter(caller, code, person):
    data = {"user_code": code, "person": person}
    return caller.client.post("/login/common/oauth2/deviceauth", data=data)


def test_a_device_code_signs_in_whom_the_person_chose(caller):
    device = begun(caller).get_json()
    assert poll(caller, device["device_code"])["error"] == "authorization_pending"
    assert "Whoever sends you a code" in caller.client.get("/login/common/oauth2/deviceauth").text
    assert enter(caller, device["user_code"].lower(), "sales-agent/").status_code == 200
    claims = told(poll(caller, device["device_code"])["access_token"])
    assert (claims["upn"], claims["amr"]) == ("sales-agent@sandbox.example.com", ["pwd"])
    assert poll(caller, device["device_code"])["error"] == "invalid_grant"


def test_a_device_code_can_be_declined_and_ends(caller):
    device = begun(caller).get_json()
    enter(caller, device["user_code"], "nobody")
    assert poll(caller, device["device_code"])["error"] == "authorization_declined"
    caller.clock[0] += 901
    assert poll(caller, device["device_code"])["error"] == "expired_token"
    assert enter(caller, device["user_code"], "admin-agent").status_code == 400


def test_a_device_code_is_given_to_whoever_has_the_token_of_the_world(caller):
    answer = caller.client.post("/login/tenant/oauth2/v2.0/devicecode", data={"client_id": "app"})
    assert answer.status_code == 401


def assertion(caller, **change):
    now = caller.clock[0]
    claims = {"aud": "https://login.example/tenant/oauth2/v2.0/token", "iss": "app", "sub": "app"}
    claims |= {"iat": now, "exp": now + 600} | change
    parts = [{"alg": "PS256", "x5t#S256": "abc"}, claims]
    return ".".join(
        [base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts] + ["s"]
    )


def by_certificate(caller, text):
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    form = {"grant_type": "client_credentials", "client_id": "app", "client_assertion_type": kind}
    form |= {"client_assertion": text, "scope": f"{PARTNER}/.default"}
    return caller.client.post(V2, data=form, headers=BEARER)


def test_an_application_signs_in_by_a_certificate(caller):
    token = by_certificate(caller, assertion(caller)).get_json()["access_token"]
    assert told(token)["idtyp"] == "app"


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"iss": "other"}, 700027),
        ({"aud": "https://elsewhere/"}, 700027),
        ({"iat": 1_000_000 + 86_400, "exp": 1_000_000 + 87_000}, 700024),
        ({"iat": 1_000_000 - 86_400, "exp": 1_000_000 - 85_800}, 700024),
    ],
)
def test_an_assertion_of_another_client_or_time_is_refused(caller, change, number):
    answer = by_certificate(caller, assertion(caller, **change))
    assert (answer.status_code, answer.get_json()["error_codes"]) == (401, [number])


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "ä.b.c", "e30.e30.x"])
def test_what_is_no_assertion_is_refused(caller, text):
    assert by_certificate(caller, text).status_code == 401


def test_a_refusal_keeps_the_correlation_id(caller):
    form = {"grant_type": "refresh_token", "refresh_token": "old", "scope": SCOPE}
    answer = caller.client.post(V2, data=form, headers={"client-request-id": "c-1"}).get_json()
    assert (answer["correlation_id"], answer["error_codes"]) == ("c-1", [700082])


@pytest.mark.parametrize(
    ("number", "word"),
    [(50076, "interaction_required"), (50173, "invalid_grant"), (7000222, "invalid_client")],
)
def test_a_refusal_on_demand_has_the_word_of_its_number(caller, number, word):
    caller.control(
        "POST", "/faults", {"match": "v2.0/token", "kind": "refuse", "status": 400, "code": number}
    )
    answer = caller.client.post(V2, data={"grant_type": "refresh_token"}).get_json()
    assert (answer["error"], answer["error_codes"]) == (word, [number])


def test_worlds_do_not_take_each_others_codes(caller):
    made = caller.control("POST", "/worlds", {"name": "other-sign-in"}).get_json()
    code = codes(caller)[ALBA]["code"]
    answer = redeem(caller, code, headers={"Authorization": f"Bearer {made['token']}"})
    assert answer.get_json()["error_codes"] == [70008]
    caller.control("DELETE", "/worlds/other-sign-in")
