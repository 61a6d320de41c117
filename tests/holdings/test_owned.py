"""What is owned is read from entitlement, artifact and SKU, in every shape that the services use."""

from datetime import UTC, datetime

import pytest

from bespeak.errors import MissingError, RefusedError, UnreachableError, UnreadableError
from bespeak.holdings import holdings
from bespeak.tables import HOLDINGS

ORDER = "24b5e9d7-0744-5719-9ecf-e916decd0a75"
RESERVATION = "45ed7497-97c7-57e8-93f3-71015ef47ca9"
SKU = "/products/dzh318z08mqm/skus/00k7"
ARTIFACT = f"/resource/{ORDER}"


def only(session, details):
    table = HOLDINGS.check(holdings(session, details))
    assert len(table) == 1
    return table.iloc[0]


def test_one_reservation(session, details):
    row = only(session, details)
    assert row.to_dict() == {
        "reservation_order_id": ORDER,
        "reservation_id": RESERVATION,
        "order_id": "08584b8b7fe8",
        "name": "web tier",
        "size": "Standard_D4s_v5",
        "region": "polandcentral",
        "group": "Dsv5 Series",
        "ratio": 2.0,
        "quantity": 3,
        "term": "P3Y",
        "scope": "shared",
        "start": datetime(2026, 11, 16, 13, 0, 2, 331004, tzinfo=UTC),
        "expiry": datetime(2029, 11, 16, tzinfo=UTC),
        "state": "Created",
        "source": "entitlement",
    }


def test_nothing_owned_is_an_empty_table(session, door, details):
    door.answers["/entitlements"] = {"items": []}
    assert HOLDINGS.check(holdings(session, details)).empty


def test_the_array_of_the_legacy_contract_is_read_as_well(session, door, details):
    """9.3: read `reservations`, else `virtualMachineReservations`."""
    found = door.answers[ARTIFACT].pop("reservations")
    door.answers[ARTIFACT]["virtualMachineReservations"] = found
    assert only(session, details)["quantity"] == 3


def test_an_artifact_without_a_list_is_an_error_and_no_empty_table(session, door, details):
    del door.answers[ARTIFACT]["reservations"]
    with pytest.raises(UnreadableError, match="no list of reservations"):
        holdings(session, details)


def test_the_artifact_is_found_by_its_own_link(session, door, details):
    holdings(session, details)
    assert door.log[1].path == (
        f"/v1/customers/{details.customer_id}/artifacts/reservedinstance/groups/g/lineitems/0/resource/{ORDER}"
    )


def test_a_sku_is_asked_once_for_many_reservations(session, door, details):
    door.answers[ARTIFACT]["reservations"] *= 2
    door.answers["/entitlements"]["items"] *= 2
    assert len(holdings(session, details)) == 4
    assert [call.name for call in door.log].count("read a SKU") == 1


def test_the_sku_id_as_the_page_spells_it(session, door, details):
    item = door.answers["/entitlements"]["items"][0]
    item["skuID"] = item.pop("skuId")
    assert only(session, details)["size"] == "Standard_D4s_v5"


@pytest.mark.parametrize("duration", ["3Years", "3Year", "3YEARS"])
def test_a_term_in_every_spelling(session, door, details, duration):
    """D-501: the resource page says "3Year", the sample "3Years"."""
    door.answers[SKU]["dynamicAttributes"]["duration"] = duration
    assert only(session, details)["term"] == "P3Y"


def test_a_size_without_flexibility_covers_itself_only(session, door, details):
    door.answers[SKU]["dynamicAttributes"]["armSkuName"] = "Standard_A1_v2"
    row = only(session, details)
    assert (row["group"], row["ratio"]) == ("size:Standard_A1_v2", 1.0)


def test_a_size_that_no_table_knows_covers_itself_only(session, door, details):
    door.answers[SKU]["dynamicAttributes"]["armSkuName"] = "Standard_New_v9"
    row = only(session, details)
    assert (row["size"], row["group"], row["ratio"]) == ("Standard_New_v9", "size:Standard_New_v9", 1.0)


@pytest.mark.parametrize(
    ("kind_on_artifact", "kind_beside", "count"),
    [
        ("virtualmachines", None, 1),
        ("VirtualMachines", None, 1),
        ("sqldatabases", None, 0),
        (None, "virtualmachines", 1),
        (None, "sqldatabases", 0),
        (None, None, 1),
    ],
)
def test_only_reservations_of_machines(session, door, details, kind_on_artifact, kind_beside, count):
    """9.2: the attributes stand on the artifact, in the sample beside it; read both places."""
    item = door.answers["/entitlements"]["items"][0]
    item["entitledArtifacts"][0]["dynamicAttributes"] = {"reservationType": kind_on_artifact}
    item["dynamicAttributes"] = {"reservationType": kind_beside}
    assert len(holdings(session, details)) == count


def test_included_entitlements_count(session, door, details):
    item = door.answers["/entitlements"]["items"][0]
    item["includedEntitlements"] = [{"entitledArtifacts": item.pop("entitledArtifacts")}]
    assert only(session, details)["quantity"] == 3


def test_a_product_that_is_no_longer_sold_is_read_from_azure(session, door, details):
    del door.answers[SKU]
    door.answers[f"/reservationorders/{ORDER}/reservations/{RESERVATION}"] = {
        "sku": {"name": "Standard_D2s_v3"},
        "location": "polandcentral",
        "properties": {"term": "P1Y"},
    }
    row = only(session, details)
    assert (row["size"], row["term"], row["group"]) == ("Standard_D2s_v3", "P1Y", "DSv3 Series")


def test_a_holding_that_cannot_be_read_is_an_error_and_never_left_out(session, door, details):
    """What is left out would be advised, and bought, a second time."""
    del door.answers[SKU]
    with pytest.raises(
        MissingError, match=f"What reservation {RESERVATION} of Contoso covers could not be read"
    ):
        holdings(session, details)


def test_a_catalogue_that_is_away_is_an_error(session, door, details):
    door.answers[SKU] = UnreachableError("There is no connection.")
    with pytest.raises(UnreachableError):
        holdings(session, details)


def test_a_refused_catalogue_is_an_error(session, door, details):
    door.answers[SKU] = RefusedError("No right.", status=403, code="900150")
    with pytest.raises(RefusedError):
        holdings(session, details)


@pytest.mark.parametrize("quantity", ["3", None, True, -1])
def test_a_quantity_that_is_no_number_is_an_error(session, door, details, quantity):
    door.answers[ARTIFACT]["reservations"][0]["quantity"] = quantity
    with pytest.raises(UnreadableError, match="no number of instances"):
        holdings(session, details)


def test_dates_that_mean_never_are_empty(session, door, details):
    door.answers[ARTIFACT]["reservations"][0] |= {
        "expiryDateTime": "9999-12-10T00:00:00Z",
        "effectiveDateTime": "0001-01-01T00:00:00",
    }
    table = holdings(session, details)
    assert table[["start", "expiry"]].isna().all(axis=None)
