"""Sizes and VMs of Microsoft.Compute: azure-reservation-apis.md section 8, D-301 (d)."""

import pytest
from azure_caller import azure, get, refused
from tiny_world import ADA_AZURE_ONE, ADA_AZURE_TWO, BOB_AZURE_ONE, Caller

from bespeak.sandbox import World, create_app
from bespeak.sandbox.http.arm import compute

SUB = f"/subscriptions/{ADA_AZURE_ONE}"
VMS = "providers/Microsoft.Compute/virtualMachines"
VM = f"{SUB}/resourceGroups/rg-a/{VMS}/vm-a1"
SKUS = f"{SUB}/providers/Microsoft.Compute/skus"
NOWHERE = "99999999-2222-4000-8000-000000000001"


def skus(caller, text=""):
    path = f"{SKUS}?$filter={text}" if text else SKUS
    return get(caller, path, version="2021-07-01")["value"]


def test_a_vm_shows_its_size_and_its_location(caller):
    """D-301 (d): the answer to sizing's oldest question, in the version that the page names."""
    found = get(caller, VM, version="2017-12-01")
    assert (found["properties"]["hardwareProfile"]["vmSize"], found["location"]) == (
        "Standard_D2s_v5",
        "polandcentral",
    )
    assert found["id"].lower() == VM.lower()
    assert found["properties"]["storageProfile"]["osDisk"]["osType"] == "Linux"
    windows = get(caller, f"{SUB}/resourceGroups/rg-a/{VMS}/vm-w1")
    assert windows["properties"]["storageProfile"]["imageReference"]["publisher"] == "MicrosoftWindowsServer"


def test_names_are_found_in_any_case(caller):
    assert get(caller, VM.upper())["name"] == "vm-a1"


def test_a_vm_runs_or_not_as_its_demand_says(caller):
    """Office hours are 8 to 18 o'clock in the tiny world; it begins at midnight."""
    office = f"{SUB}/resourceGroups/rg-a/{VMS}/vm-w1"
    codes = []
    for minutes in (0, 9 * 60):
        caller.advance(minutes)
        codes.append(get(caller, f"{office}/instanceView")["statuses"][-1]["code"])
    assert codes == ["PowerState/deallocated", "PowerState/running"]
    expanded = get(caller, f"{office}?$expand=instanceView")
    assert expanded["properties"]["instanceView"]["statuses"][-1]["code"] == codes[-1]
    assert "instanceView" not in get(caller, office)["properties"]


def test_the_vms_of_a_resource_group_are_its_own(caller):
    group = f"/subscriptions/{ADA_AZURE_TWO}/resourceGroups/rg-b/{VMS}"
    assert [one["name"] for one in get(caller, group)["value"]] == ["vm-b1", "vm-x1"]
    everything = get(caller, f"{SUB}/{VMS}")
    assert [one["name"] for one in everything["value"]] == ["vm-a1", "vm-a2", "vm-w1"]
    assert "/resourceGroups/RG-A/" in everything["value"][0]["id"]
    assert "nextLink" not in everything


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"{SUB}/resourceGroups/rg-a/{VMS}/vm-none", 404, "ResourceNotFound"),
        (f"{SUB}/resourceGroups/rg-none/{VMS}/vm-a1", 404, "ResourceGroupNotFound"),
        (f"{SUB}/resourceGroups/rg-none/{VMS}", 404, "ResourceGroupNotFound"),
        (f"/subscriptions/{NOWHERE}/{VMS}", 404, "SubscriptionNotFound"),
        (f"/subscriptions/none/{VMS}", 400, "InvalidSubscriptionId"),
        (f"{SUB}/{VMS}?$skiptoken=x", 400, "InvalidSkipToken"),
        (f"{SUB}/{VMS}?$skiptoken=MC5hYg", 400, "InvalidSkipToken"),
        (f"{SKUS}?$filter=name eq 'x'", 400, "InvalidParameter"),
        (f"{SKUS}?$filter=location eq 'a' or location eq 'b'", 400, "InvalidParameter"),
    ],
)
def test_what_is_not_there_or_wrong_is_refused(caller, path, status, code):
    assert refused(caller, "GET", path) == (status, code)


def test_a_subscription_of_another_tenant_is_like_none(caller, world):
    """An id of another customer tells nothing."""
    sign_in = {"grant_type": "refresh_token", "refresh_token": "world-token"}
    sign_in |= {"scope": "https://management.azure.com/.default"}
    own = world.directory.owner_of(BOB_AZURE_ONE)[0].id
    token = caller.client.post(f"/login/{own}/oauth2/v2.0/token", data=sign_in).get_json()["access_token"]
    found = [
        caller.client.get(
            f"/arm/subscriptions/{one}/{VMS}?api-version=2022-03-01",
            headers={"Authorization": f"Bearer {token}"},
        )
        for one in (ADA_AZURE_ONE, NOWHERE, BOB_AZURE_ONE)
    ]
    assert [one.status_code for one in found] == [404, 404, 200]
    assert found[0].text == found[1].text.replace(NOWHERE, ADA_AZURE_ONE)


def test_all_values_of_a_size_are_texts(caller):
    found = skus(caller, "location eq 'polandcentral'")
    sizes = {one["name"]: one for one in found if one["resourceType"] == "virtualMachines"}
    size = sizes["Standard_D2s_v5"]
    capabilities = {one["name"]: one["value"] for one in size["capabilities"]}
    assert all(isinstance(value, str) for value in capabilities.values())
    assert (capabilities["vCPUs"], capabilities["MemoryGB"], capabilities["PremiumIO"]) == ("2", "8", "True")
    assert (size["tier"], size["size"], size["family"]) == ("Standard", "D2s_v5", "f")
    assert capabilities["CpuArchitectureType"] == "x64"
    assert {"kind", "capacity", "apiVersions", "costs"}.isdisjoint(size)
    assert size["locationInfo"][0]["zoneDetails"][0]["Name"] == ["1", "2", "3"]


def test_other_resource_types_are_mixed_in_and_the_region_has_another_case(caller):
    found = skus(caller, "location eq 'polandcentral'")
    assert {one["resourceType"] for one in found} >= {
        "virtualMachines",
        "disks",
        "snapshots",
        "hostGroups/hosts",
    }
    assert {one["locations"][0] for one in found} == {"PolandCentral"}
    assert skus(caller) == found


def test_a_size_without_capacity_says_so(caller):
    """The largest sizes of this sandbox have no capacity; a checkout refuses them too."""
    sizes = {one["name"]: one for one in skus(caller, "location eq 'polandcentral'")}
    assert sizes["Standard_D2s_v5"]["restrictions"] == []
    restriction = sizes["Standard_D96s_v5"]["restrictions"][0]
    assert (restriction["type"], restriction["reasonCode"]) == ("Location", "NotAvailableForSubscription")
    assert sizes["Standard_N1_v7"]["restrictions"][0]["reasonCode"] == "QuotaId"


def test_a_region_that_does_not_exist_has_no_sizes(caller):
    assert skus(caller, "location eq 'atlantis'") == []


def demo_caller():
    world = World.demo()
    return Caller(world, create_app(world, "world-token").test_client(), [0.0], [])


def test_the_vms_of_a_subscription_come_in_pages(monkeypatch):
    caller = demo_caller()
    azure_ids = [one.id for held in caller.world.base.estate.subscriptions.values() for one in held.azure]
    sizes = {key: len(caller.world.base.estate.machines.get(key, ())) for key in azure_ids}
    biggest = max(sizes, key=sizes.get)
    found, path = [], f"/arm/subscriptions/{biggest}/{VMS}?api-version=2022-03-01"
    headers = {"Authorization": f"Bearer {caller.token('https://management.azure.com')}"}
    monkeypatch.setattr(compute, "PAGE", 7)
    while path:
        body = caller.client.get(path, headers=headers).get_json()
        found += body["value"]
        path = body.get("nextLink", "").removeprefix("http://localhost")
    assert len(found) == len({one["id"] for one in found}) == sizes[biggest] > 40


def test_constrained_cores_show_how_many_are_active():
    caller = demo_caller()
    owner = next(iter(caller.world.base.estate.machines))
    path = f"/subscriptions/{owner}/providers/Microsoft.Compute/skus?$filter=location eq 'polandcentral'"
    rows = {one["name"]: one for one in get(caller, path)["value"]}
    capabilities = {one["name"]: one["value"] for one in rows["Standard_E4-2ds_v5"]["capabilities"]}
    assert (capabilities["vCPUs"], capabilities["vCPUsAvailable"]) == ("4", "2")


def test_reading_needs_a_role(caller):
    before = caller.world.snapshot()
    form = {"grant_type": "refresh_token", "refresh_token": "world-token.as-sales-agent"}
    form |= {"scope": "https://management.azure.com/.default"}
    token = caller.client.post("/login/t/oauth2/v2.0/token", data=form).get_json()["access_token"]
    answer = azure(caller, "GET", VM, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "AuthorizationFailed")
    assert "Microsoft.Compute/virtualMachines/read" in answer.get_json()["error"]["message"]
    assert caller.world.snapshot() == before
