"""Customers that are created, changed and left; their profiles, relations, qualifications and consents."""

import json
from urllib.parse import quote

import pytest
from commerce_steps import NOBODY, as_principal, audited, buy, line, put, refused, switch
from tiny_world import ADA, ADA_ONE, ADA_TWO, BOB, CYD, DOT

ONE = f"/v1/customers/{BOB}"
BILLING = f"{ONE}/profiles/billing"


def wish(**change):
    address = {
        "firstName": "Eve",
        "lastName": "Finch",
        "addressLine1": "1 Road",
        "city": "Town",
        "state": "WA",
        "postalCode": "98052",
        "country": "US",
        "phoneNumber": "+1 425 555 0100",
    }
    billing = {
        "Email": "eve@eve.example.com",
        "Culture": "en-US",
        "Language": "en",
        "CompanyName": "Eve Ltd",
        "DefaultAddress": address,
    }
    made = {"enableGDAPByDefault": True, "CompanyProfile": {"Domain": "eve"}, "BillingProfile": billing}
    for name, value in change.items():
        target, parts = made, name.split("__")
        for part in parts[:-1]:
            target = target[part]
        target[parts[-1]] = value
    return made


def names(caller):
    return [one["companyProfile"]["companyName"] for one in caller.get("/v1/customers")["items"]]


def test_a_new_customer_is_accepted_later(caller):
    made = caller.post("/v1/customers", wish())
    assert made["relationshipToPartner"] == "none"
    assert made["companyProfile"]["domain"] == "eve.onmicrosoft.example"
    assert made["userCredentials"]["userName"] == "admin@eve.onmicrosoft.example"
    assert names(caller)[-1] == "Eve Ltd"
    path = f"/v1/customers/{made['id']}"
    assert "userCredentials" not in caller.get(path)
    assert refused(caller, "POST", f"{path}/carts", {"lineItems": [line(caller)]}) == (403, 20002)
    caller.advance(5)
    assert caller.get(path)["relationshipToPartner"] == "reseller"
    company = caller.get(f"{path}/profiles/company")
    assert (company["address"]["region"], company["email"]) == ("WA", "eve@eve.example.com")
    assert len(audited(caller, "add_customer")) == 1


def test_a_customer_is_created_once_for_a_request_id(caller):
    headers = {"MS-RequestId": "11111111-2222-4333-8444-555555555555"}
    first, second = (caller.post("/v1/customers", wish(), headers=headers) for _ in range(2))
    assert first == second
    assert names(caller).count("Eve Ltd") == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"CompanyProfile": None}, 3000),
        ({"CompanyProfile": "eve"}, 3000),
        ({"CompanyProfile__Domain": ""}, 3000),
        ({"CompanyProfile__Domain": "no domain"}, 3000),
        ({"CompanyProfile__Domain": "bob.example.com"}, 3000),
        ({"BillingProfile": {}}, 3000),
        ({"BillingProfile__Email": "nobody"}, 3000),
        ({"BillingProfile__Culture": "English"}, 3000),
        ({"BillingProfile__Language": None}, 3000),
        ({"BillingProfile__CompanyName": 7}, 3000),
        ({"BillingProfile__DefaultAddress": None}, 3000),
        ({"BillingProfile__DefaultAddress__country": "ZZ"}, 3000),
        ({"BillingProfile__DefaultAddress__city": ""}, 3000),
        ({"BillingProfile__DefaultAddress__phoneNumber": "call me"}, 600051),
        ({"CompanyProfile__OrganizationRegistrationNumber": "no number!"}, 600050),
        ({"enableGDAPByDefault": "yes"}, 3000),
        ({"associatedPartnerId": "5010021"}, 3000),
    ],
)
def test_a_new_customer_with_a_mistake(caller, change, code):
    assert refused(caller, "POST", "/v1/customers", wish(**change)) == (400, code)


def test_the_integration_sandbox_has_room_for_75_customers(caller):
    switch(caller, integration=True)
    for number in range(75):
        caller.post("/v1/customers", wish(CompanyProfile__Domain=f"eve{number}"))
    assert refused(caller, "POST", "/v1/customers", wish()) == (400, 800018)


def test_the_billing_profile_is_changed_with_its_etag(caller):
    profile = caller.get(BILLING)
    changed = profile | {"companyName": "Bob & Co", "firstName": "Bo"}
    changed["defaultAddress"] = wish()["BillingProfile"]["DefaultAddress"]
    etag = profile["attributes"]["etag"]
    assert int(etag) < 0
    for sent in ({}, {"If-Match": etag}, {"If-Match": '"1"'}):
        assert refused(caller, "PUT", BILLING, changed, headers=sent) == (400, 2055)
    after = put(caller, BILLING, changed, headers={"If-Match": f'"{etag}"'})
    assert (after["companyName"], after["firstName"], after["defaultAddress"]["city"]) == (
        "Bob & Co",
        "Bo",
        "Town",
    )
    assert after["attributes"]["etag"] != etag
    assert refused(caller, "PUT", BILLING, changed, headers={"If-Match": f'"{etag}"'}) == (400, 2055)
    assert caller.get(ONE)["billingProfile"] == after
    assert names(caller)[1] == "Bob & Söhne"


def test_a_billing_profile_stays_in_its_country(caller):
    profile = caller.get(BILLING)
    address = wish()["BillingProfile"]["DefaultAddress"] | {"country": "DE"}
    headers = {"If-Match": f'"{profile["attributes"]["etag"]}"'}
    body = profile | {"defaultAddress": address}
    assert refused(caller, "PUT", BILLING, body, headers=headers) == (400, 3000)


def suspend(caller, customer, subscription):
    path = f"/v1/customers/{customer}/subscriptions/{subscription}"
    held = caller.get(path)
    headers = {"If-Match": f'"{held["attributes"]["etag"]}"'}
    answer = caller.call("PATCH", path, held | {"status": "suspended"}, headers=headers)
    assert answer.status_code == 200, answer.text


END = {"RelationshipToPartner": "none", "Attributes": {"ObjectType": "Customer"}}


def test_d1257_a_relationship_ends_after_its_reservations(caller):
    """D-1257: reservations cancelled and subscriptions suspended first; each of the two alone is not enough."""
    path = f"/v1/customers/{ADA}"
    assert refused(caller, "PATCH", path, END) == (400, 3000)
    buy(caller, line(caller, subscription=ADA_ONE, scope=""), customer=ADA)
    for subscription in (ADA_ONE, ADA_TWO):
        suspend(caller, ADA, subscription)
    assert refused(caller, "PATCH", path, END) == (400, 3000)
    (held,) = caller.world.book.reservations(ADA)
    held.until, held.ended_as = caller.world.now, "Returned"
    answer = caller.call("PATCH", path, END)
    assert json.loads(answer.data.decode("utf-8-sig"))["relationshipToPartner"] == "none"
    assert "Ada Ltd" not in names(caller)
    assert refused(caller, "GET", path) == (403, 20002)
    assert refused(caller, "GET", f"{path}/orders") == (403, 20002)


@pytest.mark.parametrize("body", [{}, {"relationshipToPartner": "reseller"}, {"relationshipToPartner": 7}])
def test_a_relationship_can_only_be_ended(caller, body):
    assert refused(caller, "PATCH", f"/v1/customers/{DOT}", body) == (400, 3000)


def test_a_relationship_is_ended_by_a_user(caller):
    assert refused(caller, "PATCH", f"/v1/customers/{DOT}", END, user=False) == (403, 900329)


def test_a_customer_is_deleted_in_the_integration_sandbox_only(caller):
    path = f"/v1/customers/{CYD}"
    assert refused(caller, "DELETE", path) == (403, 2032)
    switch(caller, integration=True)
    assert caller.call("DELETE", path).status_code == 204
    assert refused(caller, "GET", path) == (404, 60003)


def test_a_customer_with_reservations_is_not_deleted(caller):
    buy(caller, line(caller))
    switch(caller, integration=True)
    assert refused(caller, "DELETE", ONE) == (400, 3000)


def filtered(field, value):
    return "/v1/customers?filter=" + quote(
        json.dumps({"Field": field, "Value": value, "Operator": "starts_with"})
    )


def test_customers_of_a_reseller_are_read_by_a_user(caller):
    switch(caller, indirect=True)
    resellers = caller.get("/v1/relationships?relationship_type=IsIndirectCloudSolutionProviderOf")["items"]
    found = [
        one["id"]
        for reseller in resellers
        for one in caller.get(filtered("IndirectReseller", reseller["id"]))["items"]
    ]
    assert sorted(found) == sorted([ADA, BOB, CYD, DOT])
    path = filtered("IndirectReseller", resellers[0]["id"])
    assert refused(caller, "GET", path, user=False) == (403, 900329)
    switch(caller, indirect=False)
    assert caller.get(path)["items"] == []


def test_a_filter_too_deep_is_refused(caller):
    leaf = {"Field": "Domain", "Value": "a", "Operator": "starts_with"}
    node = leaf
    for depth in range(8):
        assert caller.get(f"/v1/customers?filter={quote(json.dumps(node))}")["totalCount"] == 1, depth
        node = {"LeftFilter": node, "RightFilter": leaf, "Operator": "or"}
    assert refused(caller, "GET", f"/v1/customers?filter={quote(json.dumps(node))}") == (400, 2000)
    brackets = "%5B" * 2000
    assert refused(caller, "GET", f"/v1/customers?filter={brackets}") == (400, 2000)


@pytest.mark.parametrize("size", ["x", "-1", "9" * 30, "²"])
def test_an_odd_page_size(caller, size):
    assert refused(caller, "GET", f"/v1/customers?size={quote(size)}") == (400, 2001)


def test_an_indirect_provider_has_resellers(caller):
    path = "/v1/relationships?relationship_type="
    assert caller.get(f"{path}IsIndirectCloudSolutionProviderOf")["items"] == []
    assert caller.get(f"{ONE}/relationships")["items"] == []
    switch(caller, indirect=True)
    (own,) = caller.get(f"{ONE}/relationships")["items"]
    listed = caller.get(f"{path}is_indirect_cloud_solution_provider_of")["items"]
    assert own in listed
    assert own["relationshipType"] == "is_indirect_cloud_solution_provider_of"
    assert caller.get(ONE)["associatedPartnerId"] == own["mpnId"]
    assert caller.get(f"{path}IsIndirectResellerOf")["items"] == []
    assert refused(caller, "GET", f"{path}IsBoss") == (400, 2001)
    assert refused(caller, "GET", "/v1/relationships") == (400, 2001)


def test_a_qualification_is_vetted_in_a_day(caller):
    """The date has one name in GET and another in POST, and the name in GET is a switch."""
    path = f"{ONE}/qualifications"
    assert caller.get(path) == []
    made = caller.post(path, {"Qualification": "education"})
    assert (made["qualification"], made["vettingStatus"]) == ("Education", "InReview")
    assert "vettingCreateDate" in made
    caller.advance(24 * 60)
    (shown,) = caller.get(path)
    assert (shown["vettingStatus"], "vettingCreatedDate" in shown) == ("Approved", True)
    switch(caller, qualification_date="vettingCreateDate")
    assert "vettingCreateDate" in caller.get(path)[0]
    assert refused(caller, "POST", path, {"Qualification": "King"}) == (400, 3000)
    assert refused(caller, "POST", path, {"Qualification": "GovernmentCommunityCloud"}) == (400, 3000)
    assert refused(caller, "POST", path, {"Qualification": "Nonprofit"}, user=False) == (403, 900329)


def test_an_address_is_checked(caller):
    address = {"AddressLine1": "1 Road", "City": "Town", "PostalCode": "98052", "Country": "us"}
    shown = caller.post("/v1/validations/address", address, 200)
    assert shown["originalAddress"]["addressLine1"] == "1 Road"
    assert refused(caller, "POST", "/v1/validations/address", address | {"City": None}) == (400, 3000)
    assert refused(caller, "POST", "/v1/validations/address", address | {"Country": "ZZ"}) == (400, 3000)


def test_either_way_of_signing_clears_a_customer(caller):
    """D-602: attested by the partner, or signed with Microsoft."""
    path = f"/v1/customers/{CYD}/directSignedMicrosoftCustomerAgreementStatus"
    assert caller.get(path) == {"isSigned": False}
    caller.control("POST", "/standing", {"customer": CYD, "sign": True})
    assert caller.get(path) == {"isSigned": True}
    caller.call(
        "POST", f"/v1/customers/{CYD}/subscriptions/cccccccc-1111-4000-8000-000000000001/registrations"
    )
    caller.advance(5)
    buy(caller, line(caller, subscription="cccccccc-2222-4000-8000-000000000001"), customer=CYD)


def test_small_reads_of_a_customer(caller):
    assert caller.get(f"{ONE}/managedservices")["items"][0]["attributes"]["objectType"] == "ManagedService"
    assert caller.get(f"/v1/customers/{DOT}/managedservices")["items"] == []
    assert caller.get("/v1/customers/relationshiprequests")["url"].startswith("https://")
    assert caller.get("/v1/customers/all/validations")["items"] == []
    assert caller.get(f"{ONE}/validationStatus?type=account")["status"] == "allowed"
    caller.control("POST", "/standing", {"customer": BOB, "refuse": 800073})
    assert caller.get(f"{ONE}/validationStatus?type=account")["status"] == "under_review"
    assert refused(caller, "GET", f"{ONE}/validationStatus?type=shoe") == (400, 2001)
    template = caller.get("/v1/agreements?agreementType=*")["items"][0]["templateId"]
    document = caller.get(f"/v1/agreementtemplates/{template}/document?language=de-DE&country=DE")
    assert (document["language"], document["country"]) == ("de-DE", "DE")
    assert refused(caller, "GET", f"/v1/agreementtemplates/{NOBODY}/document") == (404, 1000)
    assert refused(caller, "GET", f"{ONE}/agreements?agreementType=Handshake") == (400, 3000)


def test_a_consent_is_given_once_and_taken_away(caller):
    path = f"{ONE}/applicationconsents"
    grant = {"enterpriseApplicationId": "797f4846-ba00-4fd7-ba43-dac1f8f63013", "scope": "user_impersonation"}
    body = {"applicationGrants": [grant], "applicationId": NOBODY, "displayName": "Panel"}
    assert caller.post(path, body) == body
    assert refused(caller, "POST", path, body) == (409, 3000)
    for change in ({"applicationId": "x"}, {"applicationGrants": []}, {"applicationGrants": [7]}):
        assert refused(caller, "POST", path, body | change) == (400, 3000)
    assert caller.call("DELETE", f"{path}/{NOBODY.upper()}").status_code == 204
    assert refused(caller, "DELETE", f"{path}/{NOBODY}") == (404, 1000)


def test_the_customers_of_others_are_unknown(caller):
    for path in ("", "/profiles/company", "/relationships", "/qualifications", "/managedservices"):
        assert refused(caller, "GET", f"/v1/customers/{NOBODY}{path}") == (404, 60003)


def test_a_billing_admin_sees_no_customers(caller):
    answer = caller.call("GET", ONE, headers=as_principal(caller, "billing-admin"))
    assert (answer.status_code, answer.get_json()["code"]) == (403, 900150)


def test_a_new_customer_survives_a_snapshot(caller, world):
    made = caller.post("/v1/customers", wish())["id"]
    before = caller.get(f"/v1/customers/{made}")
    world.restore(world.snapshot())
    assert caller.get(f"/v1/customers/{made}") == before
