"""The settings file: what is taken, and what is refused with its key and its line (F-84, C1)."""

from __future__ import annotations

import pytest

from bespeak.errors import InputError
from bespeak.settings import check_no_secrets_beside, read_settings

CLOUDS = ("global", "us_government", "china")
GOOD = """# the test tenant
[integration]
tenant = "contoso-test.example"
client_id = "11111111-2222-3333-4444-555555555555"
sign_in = "device_code"

[live]
tenant = "contoso.example"
client_id = "11111111-2222-3333-4444-555555555556"
proxy = "environment"
"""


@pytest.fixture
def read(tmp_path):
    def told(text: str):
        path = tmp_path / "bespeak.toml"
        path.write_text(text, encoding="utf-8")
        return read_settings(path, CLOUDS)

    return told


def test_both_worlds_are_read_with_what_is_not_said(read):
    told = read(GOOD)
    assert [(one.world, one.tenant, one.sign_in, one.cloud, one.proxy) for one in told.values()] == [
        ("integration", "contoso-test.example", "device_code", "global", ""),
        ("live", "contoso.example", "browser", "global", "environment"),
    ]


def test_a_mark_at_the_beginning_of_the_file_does_no_harm(read):
    assert set(read("\ufeff" + GOOD)) == {"integration", "live"}


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('proxy = "environment"', 'prxy = "environment"', 10, "[live] prxy is not known"),
        ('sign_in = "device_code"', "sign_in = 4", 5, "[integration] sign_in is not a text"),
        ('sign_in = "device_code"', 'sign_in = "password"', 5, "[integration] sign_in cannot be used"),
        ('tenant = "contoso.example"', "tenant = true", 8, "[live] tenant is not a text"),
        (
            'tenant = "contoso.example"',
            'tenant = "https://contoso.example"',
            8,
            "[live] tenant cannot be used",
        ),
        (
            'tenant = "contoso.example"',
            'tenant = "Contoso-Test.example"',
            8,
            "[live] tenant is the tenant of",
        ),
        ('"11111111-2222-3333-4444-555555555556"', '"my app"', 9, "[live] client_id cannot be used"),
        ('proxy = "environment"', 'cloud = "germany"', 10, "[live] cloud is not known"),
        (
            'proxy = "environment"',
            'proxy = "http://me:word@proxy.example:1"',
            10,
            "[live] proxy cannot be used",
        ),
        ('proxy = "environment"', 'client_secret = "canary"', 10, "[live] client_secret looks like a secret"),
        ('proxy = "environment"', 'refresh_token = "canary"', 10, "[live] refresh_token looks like a secret"),
        ('proxy = "environment"', '"PassWord" = "canary"', 10, "[live] PassWord looks like a secret"),
        ("[live]", "[production]", 7, "[production] is not known"),
        ("# the test tenant", 'world = "live"', 1, "world is not known"),
        ("# the test tenant", 'live = "contoso.example"', 1, "is not TOML"),
        ("[live]\ntenant", "[sandbox]\ntenant", 8, "[sandbox] tenant is a setting under the sandbox"),
        (
            '[live]\ntenant = "contoso.example"',
            '[sandbox]\nurl = "https://api.partnercenter.microsoft.com"',
            8,
            "[sandbox] url is an address under the sandbox",
        ),
        ('tenant = "contoso.example"\n', "", 7, "[live] has no 'tenant'"),
    ],
)
def test_a_mistake_is_named_with_its_key_and_its_line(read, old, new, line, words):
    text = GOOD.replace(old, new)
    assert text != GOOD
    with pytest.raises(InputError) as refused:
        read(text)
    if "TOML" not in words:
        assert f"bespeak.toml, line {line}: {words}" in str(refused.value)
    assert "canary" not in str(refused.value)
    assert "me:word" not in str(refused.value)


def test_the_line_is_that_of_the_right_section(read):
    with pytest.raises(InputError, match="line 5"):
        read(GOOD.replace('sign_in = "device_code"', "sign_in = []") + 'sign_in = "browser"\n')


def test_a_broken_file_says_where(read):
    with pytest.raises(InputError, match=r"bespeak\.toml is not TOML.*line 2"):
        read("[live]\ntenant = \n")


def test_a_file_that_is_not_there_says_where_it_belongs(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_settings(tmp_path / "none.toml", CLOUDS)


@pytest.mark.parametrize(
    "line", ["CLIENT_SECRET=canary", "export REFRESH_TOKEN='canary'", "api_key = canary"]
)
def test_a_secret_in_a_dotenv_beside_is_refused(tmp_path, line):
    (tmp_path / ".env").write_text(f"# notes\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"\.env, line 2") as refused:
        check_no_secrets_beside(tmp_path / "bespeak.toml")
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "# CLIENT_SECRET=x\n", "CLIENT_SECRET=\n", "TENANT=contoso.example\n"])
def test_a_dotenv_without_a_secret_is_left_alone(tmp_path, text):
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    check_no_secrets_beside(tmp_path / "bespeak.toml")
    check_no_secrets_beside(tmp_path / "elsewhere" / "bespeak.toml")
