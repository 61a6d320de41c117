"""Microsoft's clouds: who signs people in, where things are, what is not offered."""

import datetime as dt

import pytest

from bespeak.clients.address import checked_base
from bespeak.clients.entra.clouds import SERVICES, cloud, names
from bespeak.errors import InputError


def test_the_clouds_have_names():
    assert names() == ("global", "us_government", "china")


@pytest.mark.parametrize(
    ("name", "service", "base"),
    [
        ("global", "partner_center", "https://api.partnercenter.microsoft.com"),
        ("global", "price_sheets", "https://api.partner.microsoft.com"),
        ("global", "arm", "https://management.azure.com"),
        ("global", "graph", "https://graph.microsoft.com"),
        ("us_government", "partner_center", "https://api.partnercenter.microsoft.com"),
        ("us_government", "arm", "https://management.usgovcloudapi.net"),
        ("china", "partner_center", "https://partner.partnercenterapi.microsoftonline.cn"),
        ("china", "arm", "https://management.chinacloudapi.cn"),
    ],
)
def test_each_service_is_at_its_address(name, service, base):
    assert cloud(name).base(service) == base
    assert cloud(name).scope(service) == f"{base}/.default"


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("global", "login.microsoftonline.com"),
        ("us_government", "login.microsoftonline.us"),
        ("china", "login.partner.microsoftonline.cn"),
    ],
)
def test_each_cloud_signs_in_at_its_own_host(name, host):
    assert cloud(name).host == host


@pytest.mark.parametrize("name", ["global", "us_government", "china"])
def test_every_address_may_be_called_and_names_its_source(name):
    found = cloud(name)
    assert all(checked_base(base) == base for base in [*found.bases.values(), found.authority])
    assert found.source
    assert found.as_of == dt.date(2021, 3, 1)
    assert all(end.startswith(".blob.core.") for end in found.blobs)
    assert set(found.bases) | set(found.missing) >= set(SERVICES)


@pytest.mark.parametrize("service", ["price_sheets", "graph"])
@pytest.mark.parametrize("name", ["us_government", "china"])
def test_what_a_cloud_has_not_is_said_in_a_sentence(name, service):
    with pytest.raises(InputError, match=r"(No page of Microsoft's|in the global cloud only)"):
        cloud(name).base(service)
    with pytest.raises(InputError):
        cloud(name).scope(service)


def test_the_partner_centre_of_21vianet_sells_no_reservations():
    assert "not offered by the partner centre of 21Vianet" in cloud("china").no_reservations
    assert cloud("global").no_reservations == ""


def test_the_german_cloud_is_closed():
    with pytest.raises(InputError, match=r"German cloud .* was closed"):
        cloud("germany")


@pytest.mark.parametrize("name", ["", "closed", "Global", "public"])
def test_an_unknown_cloud_is_refused_with_the_known_ones(name):
    with pytest.raises(InputError, match="There are global, us_government, china"):
        cloud(name)
