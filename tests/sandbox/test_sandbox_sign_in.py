"""Tokens: two grants, two versions, three audiences, an end."""

import pytest
from tiny_world import ADA, ARM, PARTNER, TOKEN

V2, V1 = "/login/tenant/oauth2/v2.0/token", "/login/tenant/oauth2/token"
SECRET = {"grant_type": "client_credentials", "client_id": "app", "client_secret": TOKEN}


def test_v2_answers_with_a_number_of_seconds(caller):
    answer = caller.client.post(V2, data=SECRET | {"scope": f"{PARTNER}/.default"}).get_json()
    assert answer["expires_in"] == 3599
    assert "refresh_token" not in answer


def test_v1_answers_with_strings_only(caller):
    form = {"grant_type": "refresh_token", "refresh_token": TOKEN, "resource": PARTNER}
    answer = caller.client.post(V1, data=form).get_json()
    assert answer["expires_in"] == "3599"
    assert answer["expires_on"] == str(1_000_000 + 3599)
    assert all(isinstance(value, str) for value in answer.values())
    assert answer["refresh_token"] == TOKEN


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "guess"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "old"}, 400, "invalid_grant"),
        ({"scope": "https://graph.windows.net/.default"}, 400, "invalid_resource"),
    ],
)
def test_a_wrong_sign_in_says_why(caller, change, status, error):
    answer = caller.client.post(V2, data=SECRET | {"scope": f"{PARTNER}/.default"} | change)
    assert (answer.status_code, answer.get_json()["error"]) == (status, error)


def test_a_token_ends_after_3599_seconds(caller):
    caller.get("/v1/customers")
    caller.clock[0] += 3598
    caller.get("/v1/customers")
    caller.clock[0] += 1
    assert caller.error("GET", "/v1/customers") == (401, 400)


def test_no_token_is_800001(caller):
    answer = caller.client.get("/partner_center/v1/customers")
    assert (answer.status_code, answer.get_json()["code"]) == (401, 800001)
    assert answer.headers["WWW-Authenticate"].startswith("OAuth realm=urn:cpsvc:cpid:")


def test_a_token_for_azure_is_refused_by_partner_center(caller):
    assert caller.error("GET", "/v1/customers", audience=ARM) == (401, 900420)


def test_a_changed_token_is_refused(caller):
    broken = caller.token()[:-2] + "xx"
    answer = caller.client.get("/partner_center/v1/customers", headers={"Authorization": f"Bearer {broken}"})
    assert answer.status_code == 401


def test_app_only_is_refused_where_a_user_is_needed(caller):
    caller.get(f"/v1/customers/{ADA}", user=False)
    assert caller.error("GET", f"/v1/customers/{ADA}/profiles/company", user=False) == (403, 900329)


def test_a_user_without_second_factor_is_refused(caller):
    headers = {"Authorization": f"Bearer {caller.token(mfa=False)}"}
    answer = caller.client.get(f"/partner_center/v1/customers/{ADA}/profiles/company", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["isMfaCompliant"] == "false"


def test_the_token_of_the_world_opens_no_service(caller):
    answer = caller.client.get("/partner_center/v1/customers", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 401


@pytest.mark.parametrize(("mfa", "said"), [(True, "true"), (False, "false")])
def test_a_caller_may_ask_whether_the_second_factor_counts(caller, mfa, said):
    headers = {"Authorization": f"Bearer {caller.token(mfa=mfa)}", "ValidateMfa": "true"}
    assert (
        caller.client.get("/partner_center/v1/customers", headers=headers).headers["isMfaCompliant"] == said
    )
    assert "isMfaCompliant" not in caller.call("GET", "/v1/customers").headers
