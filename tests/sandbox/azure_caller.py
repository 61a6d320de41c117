"""Calls of Azure Resource Manager in a tiny world, as a client makes them."""

from tiny_world import ARM, BOB_AZURE_ONE, TOKEN

VERSION = "2022-11-01"
CAPACITY = "/providers/Microsoft.Capacity"


def bearer(caller, who, tenant):
    """The header of a principal that signed in to a tenant."""
    form = {"grant_type": "refresh_token", "refresh_token": f"{TOKEN}.as-{who}", "scope": f"{ARM}/.default"}
    answer = caller.client.post(f"/login/{tenant}/oauth2/v2.0/token", data=form)
    return {"Authorization": f"Bearer {answer.get_json()['access_token']}"}


def azure(caller, method, path, body=None, *, version=VERSION, headers=None, who="", tenant="t"):
    """The answer to one call; ``version`` None leaves it out, ``who`` signs in as somebody else to ``tenant``."""
    if version is not None:
        path += f"{'&' if '?' in path else '?'}api-version={version}"
    if who:
        headers = (headers or {}) | bearer(caller, who, tenant)
    return caller.call(method, path, body, audience=ARM, prefix="/arm", headers=headers)


def get(caller, path, **more):
    """The body of a read that succeeds."""
    answer = azure(caller, "GET", path, **more)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def refused(caller, method, path, body=None, **more):
    """Status and code of a refusal; the world is as it was before."""
    before = caller.world.snapshot()
    answer = azure(caller, method, path, body, **more)
    assert caller.world.snapshot() == before
    return answer.status_code, answer.get_json()["error"]["code"]


def wish(*, size="Standard_D2s_v5", region="polandcentral", billing=BOB_AZURE_ONE, **change):
    """A purchase request; ``change`` replaces properties, ``None`` takes one away."""
    properties = {
        "reservedResourceType": "VirtualMachines",
        "billingScopeId": f"/subscriptions/{billing}",
        "term": "P1Y",
        "billingPlan": "Upfront",
        "quantity": 2,
        "displayName": "web-tier",
        "appliedScopeType": "Shared",
        "renew": False,
        "reservedResourceProperties": {"instanceFlexibility": "On"},
    } | change
    held = {name: value for name, value in properties.items() if value is not None}
    return {"sku": {"name": size}, "location": region, "properties": held}


def buy(caller, body=None, *, minutes=10, **more):
    """The id of an order that was bought, some minutes later."""
    body = body or wish()
    price = azure(caller, "POST", f"{CAPACITY}/calculatePrice", body, **more)
    assert price.status_code == 200, price.text
    order = price.get_json()["properties"]["reservationOrderId"]
    answer = azure(caller, "PUT", f"{CAPACITY}/reservationOrders/{order}", body, **more)
    assert answer.status_code == 202, answer.text
    caller.advance(minutes)
    return order
