"""Customers: the wire shape, pages, search, one customer, agreements, subscriptions."""

import json
from urllib.parse import quote

import pytest
from tiny_world import (
    ADA,
    ADA_AZURE_ONE,
    ADA_ONE,
    BOB,
    BOB_AZURE_ONE,
    BOB_PLAN,
    CYD,
    CYD_PLAN,
    DOT,
    TOKEN,
    read,
)

from bespeak.sandbox import World, create_app


def search(field, value, operator="starts_with"):
    return "/v1/customers?filter=" + quote(json.dumps({"Field": field, "Value": value, "Operator": operator}))


def names(body):
    return [item["companyProfile"]["companyName"] for item in body["items"]]


def test_a_success_body_starts_with_a_byte_order_mark_and_is_compact(caller):
    answer = caller.call("GET", "/v1/customers")
    assert answer.data.startswith(b'\xef\xbb\xbf{"totalCount":4,"items":[{"id":"')
    assert "Bob & Söhne".encode() in answer.data
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


def test_the_mark_can_be_switched_off(caller):
    caller.control("POST", "/switches", {"byte_order_mark": False})
    assert caller.call("GET", "/v1/customers").data.startswith(b"{")


def test_the_list_carries_the_short_customer(caller):
    first = caller.get("/v1/customers")["items"][0]
    assert set(first) == {"id", "companyProfile", "relationshipToPartner", "links", "attributes"}
    assert first["relationshipToPartner"] == "reseller"
    assert first["links"]["self"] == {"uri": f"/customers/{ADA}", "method": "GET", "headers": []}


def test_pages_follow_the_token_in_the_header(caller):
    pages = caller.pages("/v1/customers?size=3")
    assert [len(page) for page in pages] == [3, 1]
    assert [c["id"] for page in pages for c in page] == [ADA, BOB, CYD, DOT]


def test_the_last_page_has_no_next_link_and_no_token(caller):
    body = caller.get("/v1/customers?size=4")
    assert "next" not in body["links"]
    assert "continuationToken" not in body


def test_size_zero_means_the_default_page(caller):
    assert caller.get("/v1/customers?size=0")["totalCount"] == 4


def test_the_filter_survives_paging_by_token_alone(folder):
    app = create_app(World.demo(folder=folder, extra_customers=30), TOKEN)
    client = app.test_client()
    form = {"grant_type": "refresh_token", "refresh_token": TOKEN}
    scope = {"scope": "https://api.partnercenter.microsoft.com/.default"}
    token = client.post("/login/t/oauth2/v2.0/token", data=form | scope).get_json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    first = read(
        client.get("/partner_center" + search("Domain", "GENERATED") + "&size=20", headers=headers), 200
    )
    headers["MS-ContinuationToken"] = first["continuationToken"]
    rest = read(client.get("/partner_center/v1/customers?seekOperation=Next", headers=headers), 200)
    assert (first["totalCount"], rest["totalCount"]) == (20, 10)
    assert all(name[-5:].isdecimal() for name in names(rest))


def test_a_token_with_another_filter_is_400(caller):
    token = caller.get("/v1/customers?size=1")["continuationToken"]
    headers = {"MS-ContinuationToken": token}
    assert caller.error("GET", search("Domain", "ada"), headers=headers) == (400, 2000)


@pytest.mark.parametrize("token", ["AQAAAA==", "not base64", "e30=", "Nw=="])
def test_a_foreign_token_is_400(caller, token):
    assert caller.error("GET", "/v1/customers", headers={"MS-ContinuationToken": token}) == (400, 2000)


def test_a_token_ends_with_the_hour(caller):
    headers = {"MS-ContinuationToken": caller.get("/v1/customers?size=1")["continuationToken"]}
    caller.advance(60)
    caller.get("/v1/customers", headers=headers)
    caller.advance(1)
    assert caller.error("GET", "/v1/customers", headers=headers) == (400, 2000)


def test_a_token_ends_with_a_reset(caller):
    headers = {"MS-ContinuationToken": caller.get("/v1/customers?size=1")["continuationToken"]}
    caller.control("POST", "/reset")
    assert caller.error("GET", "/v1/customers", headers=headers) == (400, 2000)


def test_the_malformed_link_can_be_switched_on(caller):
    caller.control("POST", "/switches", {"malformed_next_link": True})
    assert (
        caller.get("/v1/customers?size=1")["links"]["next"]["uri"] == "/customers?size=1?seekOperation=Next"
    )


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [("CompanyName", "bOb", ["Bob & Söhne"]), ("Domain", "cyd.", ["Cyd Inc"]), ("CompanyName", "öhne", [])],
)
def test_search_is_by_beginning_without_case(caller, field, value, found):
    assert names(caller.get(search(field, value))) == found


def test_search_takes_two_conditions(caller):
    both = {"LeftFilter": {"Field": "CompanyName", "Value": "a", "Operator": "starts_with"}}
    both["RightFilter"] = {"Field": "Domain", "Value": "d", "Operator": "starts_with"}
    either = quote(json.dumps(both | {"Operator": "or"}))
    assert names(caller.get(f"/v1/customers?filter={either}")) == ["Ada Ltd", "Dot AS"]
    neither = quote(json.dumps(both | {"Operator": "and"}))
    assert names(caller.get(f"/v1/customers?filter={neither}")) == []


@pytest.mark.parametrize("text", ["{", "[]", '{"Field":"CompanyName"}', "7"])
def test_a_broken_filter_is_400(caller, text):
    assert caller.error("GET", f"/v1/customers?filter={quote(text)}") == (400, 2000)


def test_only_starts_with_is_offered(caller):
    assert caller.error("GET", search("CompanyName", "a", "substring")) == (400, 2000)


def test_one_customer_by_any_case_carries_all(caller):
    body = caller.get(f"/V1/CUSTOMERS/{BOB.upper()}")
    assert body["id"] == BOB
    assert body["billingProfile"]["defaultAddress"]["country"] == "US"
    assert body["customDomains"] == ["bob.example.com"]
    assert body["commerceId"] != BOB


def test_an_unknown_customer_is_404(caller):
    assert caller.error("GET", f"/v1/customers/{ADA[:-1]}9") == (404, 60003)


@pytest.mark.parametrize(("customer", "count"), [(BOB, 1), (CYD, 0)])
def test_the_agreement_shows_who_confirmed(caller, customer, count):
    path = f"/v1/customers/{customer}/agreements?agreementType=MicrosoftCustomerAgreement"
    assert caller.get(path)["totalCount"] == count
    assert caller.get(f"/v1/customers/{customer}/directSignedMicrosoftCustomerAgreementStatus") == {
        "isSigned": False
    }


def test_without_its_type_the_old_agreement_is_meant(caller):
    assert caller.get(f"/v1/customers/{BOB}/agreements")["totalCount"] == 0


def test_an_agreement_is_confirmed_once(caller):
    template = caller.get("/v1/agreements?agreementType=*")["items"][0]["templateId"]
    contact = {"firstName": "Ann", "lastName": "Lee", "email": "ann@cyd.example.com"}
    body = {"PrimaryContact": contact, "TemplateId": template, "type": "MicrosoftCustomerAgreement"}
    path = f"/v1/customers/{CYD}/agreements"
    assert caller.post(path, body)["primaryContact"]["firstName"] == "Ann"
    assert caller.get(f"{path}?agreementType=MicrosoftCustomerAgreement")["totalCount"] == 1
    assert caller.error("POST", path, body) == (400, 600061)


def test_a_legacy_subscription_shows_capitals_and_its_azure_subscription(caller):
    body = caller.get(f"/v1/customers/{ADA}/subscriptions")
    assert "links" not in body
    shown = body["items"][0]
    assert (shown["id"], shown["entitlementId"]) == (ADA_ONE.upper(), ADA_AZURE_ONE.upper())
    assert (shown["offerId"], shown["friendlyName"]) == ("MS-AZR-0145P", "Ada one")


def test_a_plan_is_one_subscription_with_azure_subscriptions_below(caller):
    shown = caller.get(f"/v1/customers/{BOB}/subscriptions")["items"]
    assert [s["id"] for s in shown] == [BOB_PLAN]
    assert shown[0]["offerId"].startswith("DZH318Z0BPS6:0001:")
    assert "entitlementId" not in shown[0]
    below = caller.get(f"/v1/customers/{BOB}/subscriptions/{BOB_PLAN}/azureEntitlements")
    assert [e["friendlyName"] for e in below["items"]] == ["Bob one", "Bob two"]
    one = caller.get(f"/v1/customers/{BOB}/subscriptions/{BOB_PLAN}/azureentitlements/{BOB_AZURE_ONE}")
    assert one["subscriptionId"] == BOB_PLAN


def test_a_customer_without_subscriptions_gets_an_empty_list(caller):
    assert caller.get(f"/v1/customers/{DOT}/subscriptions")["items"] == []


def test_the_subscription_of_another_customer_is_404(caller):
    assert caller.error("GET", f"/v1/customers/{ADA}/subscriptions/{BOB_PLAN}") == (404, 20003)


def test_registration_goes_from_not_registered_by_polling_to_registered(caller):
    path = f"/v1/customers/{CYD}/subscriptions/{CYD_PLAN}"
    assert caller.get(f"{path}/registrationstatus")["status"] == "NotRegistered"
    answer = caller.call("POST", f"{path}/registrations")
    assert (answer.status_code, answer.data) == (202, b"")
    assert answer.headers["Location"] == f"/customers/{CYD}/subscriptions/{CYD_PLAN}/registrationstatus"
    states = [caller.get(f"{path}/registrationstatus")["status"] for _ in range(3)]
    assert states == ["Registering", "Registered", "Registered"]


def test_registration_also_ends_with_time_and_again_does_no_harm(caller):
    path = f"/v1/customers/{CYD}/subscriptions/{CYD_PLAN}"
    caller.call("POST", f"{path}/registrations")
    caller.advance(5)
    assert caller.call("POST", f"{path}/registrations").status_code == 202
    assert caller.get(f"{path}/registrationstatus")["status"] == "Registered"


def test_subscriptions_are_found_by_their_order(caller):
    path = f"/v1/customers/{ADA}/subscriptions"
    first = caller.get(path)["items"][0]
    assert [s["id"] for s in caller.get(f"{path}?order_id={first['orderId']}")["items"]] == [first["id"]]
    assert caller.get(f"{path}?order_id=none")["items"] == []
    assert caller.get(f"{path}?mpn_id=4711")["items"] == []
