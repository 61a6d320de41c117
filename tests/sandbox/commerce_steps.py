"""Steps that several tests of commerce take: an item id, a line, a cart, a checkout."""

import json
from datetime import UTC, datetime

from tiny_world import ADA_ONE, BOB, BOB_AZURE_ONE, read

PLAN = "&reservationScope=AzurePlan"
#: An id of nobody.
NOBODY = "99999999-9999-4999-8999-999999999999"


def item_id(caller, size="Standard_D2s_v5", term="P1Y", scope=PLAN):
    duration = {"P1Y": "1Year", "P3Y": "3Years"}[term]
    for product in caller.get(f"/v1/products?country=US&targetView=AzureReservationsVM{scope}")["items"]:
        path = f"/v1/products/{product['id']}/skus"
        for sku in caller.get(f"{path}?country=US{scope}")["items"]:
            found = sku["dynamicAttributes"]
            if (found["armSkuName"], found["duration"]) == (size, duration):
                where = f"{path}/{sku['id']}/availabilities?country=US{scope}"
                return caller.get(where)["items"][0]["catalogItemId"]
    raise AssertionError(size)


def line(
    caller, number=0, *, subscription=BOB_AZURE_ONE, size="Standard_D2s_v5", term="P1Y", scope=PLAN, **more
):
    made = {
        "id": number,
        "catalogItemId": item_id(caller, size, term, scope),
        "friendlyName": "web tier",
        "quantity": 1,
        "billingCycle": "one_time",
        "termDuration": term,
        "provisioningContext": {"subscriptionId": subscription, "scope": "shared"},
    }
    return made | more


def legacy_line(caller, **more):
    return line(caller, **({"subscription": ADA_ONE, "scope": ""} | more))


def azure_line(caller, product, number=0):
    """A line for one of the two Azure offers: no term, no subscription."""
    path = f"/v1/products/{product}/skus/0001/availabilities?country=US"
    item = caller.get(path)["items"][0]["catalogItemId"]
    return {"id": number, "catalogItemId": item, "quantity": 1, "billingCycle": "one_time"}


def new_cart(caller, *lines, customer=BOB, **more):
    return caller.post(f"/v1/customers/{customer}/carts", {"lineItems": list(lines)} | more)


def checkout_path(cart, customer=BOB):
    return f"/v1/customers/{customer}/carts/{cart['id']}/checkout"


def buy(caller, *lines, customer=BOB, **more):
    cart = new_cart(caller, *lines, customer=customer, **more)
    return caller.post(checkout_path(cart, customer))["orders"]


def errors(cart):
    return [made.get("error", {}).get("errorCode") for made in cart["lineItems"]]


def switch(caller, **values):
    answer = caller.control("POST", "/switches", values)
    assert answer.status_code == 200, answer.text


def stand(caller, **values):
    answer = caller.control("POST", "/standing", values)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def refused(caller, method, path, body=None, **more):
    """The status and code of a refusal, after which the world is as it was before."""
    before = without_echoes(caller.world)
    answer = caller.call(method, path, body, **more)
    assert without_echoes(caller.world) == before
    assert not answer.data.startswith(b"\xef\xbb\xbf")
    return answer.status_code, json.loads(answer.data)["code"]


def without_echoes(world):
    """The state without the list of requests, in which refused ones are written down too."""
    state = json.loads(world.snapshot())
    return {
        name: value for name, value in state.items() if name not in ("requests", "calls", "partner_requests")
    }


def audited(caller, operation):
    return [one for one in caller.world.audit.records if one.operation == operation]


def as_principal(caller, principal):
    """Headers of a user of this role."""
    form = {"grant_type": "refresh_token", "refresh_token": f"world-token.as-{principal}"}
    scope = {"scope": "https://api.partnercenter.microsoft.com/.default"}
    answer = caller.client.post("/login/t/oauth2/v2.0/token", data=form | scope)
    return {"Authorization": f"Bearer {answer.get_json()['access_token']}"}


def put(caller, path, body, status=200, **more):
    return read(caller.call("PUT", path, body, **more), status)


def patch(caller, path, body, status=200, **more):
    return read(caller.call("PATCH", path, body, **more), status)


def instant(text):
    return datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
