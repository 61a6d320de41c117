"""Where calls may go, sign by sign: bases, paths, links and the headers of links."""

import pytest

from bespeak.clients.address import (
    Target,
    checked_base,
    checked_target,
    first_target,
    is_loopback,
    local,
    next_target,
    origin,
)
from bespeak.clients.call import Call
from bespeak.clients.wire import ShapeError
from bespeak.errors import InputError

BASE = "https://api.partnercenter.microsoft.com"
NO_ADDRESS = "has a link with characters that no address has."


def asks(path="/v1/customers", service="partner_center", **params):
    return Call("list", service, "GET", path, lambda answer: answer, params)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "sandbox.localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"]
)
def test_these_hosts_are_this_machine(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["", "localhost.example", "xlocalhost", "10.0.0.1", "0.0.0.0", "::2", "128.0.0.1"]
)
def test_these_hosts_are_not(host):
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("base", "kept"),
    [
        (BASE, BASE),
        (f"{BASE}/", BASE),
        (f"{BASE}/a/", f"{BASE}/a"),
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000/x"),
        ("http://[::1]:1", "http://[::1]:1"),
    ],
)
def test_a_base_is_kept_without_the_slash_at_its_end(base, kept):
    assert checked_base(base) == kept


@pytest.mark.parametrize(
    "base",
    [
        "http://example.com",
        "ftp://127.0.0.1",
        "https://",
        "https://u@example.com",
        "https://:p@example.com",
        "https://example.com?x=1",
        "https://example.com#x",
        "example.com",
        "",
    ],
)
def test_another_base_is_refused_with_the_next_step(base):
    with pytest.raises(InputError) as refused:
        checked_base(base)
    assert " is not an address that may be called. " in str(refused.value)
    assert str(refused.value).endswith(
        "Use https, or http on this machine, without a user name or parameters."
    )


def test_a_refused_base_shows_scheme_and_host_only():
    with pytest.raises(InputError) as refused:
        checked_base("https://user:pass@example.com/path?sig=1")
    assert refused.value.what == "'https://example.com' is not an address that may be called."


def test_a_first_page_has_its_parameters_escaped_in_their_order():
    target = first_target(asks(size="500", filter='{"a":"ż/&"}', blank="a b"))
    assert target == Target("/v1/customers", "size=500&filter=%7B%22a%22%3A%22%C5%BC%2F%26%22%7D&blank=a%20b")
    assert first_target(asks()) == Target("/v1/customers", "", {})


@pytest.mark.parametrize(
    "path",
    ["", "v1", "/v1//x", "/v1/../x", "/v1/./x", "/..", "/v1/x?y", "/v1/x#y", "/%2e%2e", "/a b", "/a\n"],
)
def test_a_path_that_could_be_another_is_refused(path):
    with pytest.raises(InputError) as refused:
        first_target(asks(path))
    assert str(refused.value) == f"'{path}' is not a path that may be called. Check the ids in it."
    with pytest.raises(InputError):
        checked_target(path, "", {})


def test_a_long_refused_path_is_cut():
    with pytest.raises(InputError) as refused:
        first_target(asks("/" + "x" * 200 + "?"))
    assert refused.value.what == f"'/{'x' * 79}' is not a path that may be called."


def test_a_page_is_the_same_in_other_letters_and_with_its_headers_in_another_order():
    one = Target("/V1/Customers", "a=1", {"x": "1", "y": "2"})
    assert one.key == Target("/v1/customers", "a=1", {"y": "2", "x": "1"}).key
    assert one.key == ("/v1/customers", "a=1", (("x", "1"), ("y", "2")))
    assert one.key != Target("/v1/customers", "A=1", {"x": "1", "y": "2"}).key


@pytest.mark.parametrize(
    ("uri", "found"),
    [
        ("/customers?size=2", ("/v1/customers", "size=2")),
        ("customers", ("/v1/customers", "")),
        ("/v1/customers?a=1?b=2", ("/v1/customers", "a=1&b=2")),
        ("/V1/customers", ("/V1/customers", "")),
        (f"{BASE}/v1/customers?x=", ("/v1/customers", "x=")),
        (f"{BASE.upper()}:443/v1/customers", ("/v1/customers", "")),
    ],
)
def test_a_link_of_the_service_becomes_path_and_query(uri, found):
    assert local("partner_center", uri, BASE) == found


def test_the_path_of_the_base_is_taken_off_once():
    base = "http://127.0.0.1:1/partner_center"
    assert local("partner_center", f"{base}/v1/customers", base) == ("/v1/customers", "")
    assert local("partner_center", "/partner_center/v1/a", base) == ("/v1/a", "")
    assert local("arm", "/partner_centers/a", base) == ("/partner_centers/a", "")
    assert local("arm", "/subscriptions", "https://management.azure.com") == ("/subscriptions", "")


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.test/v1/customers",
        "//evil.test/v1/customers",
        "http://api.partnercenter.microsoft.com/v1/customers",
        "https://api.partnercenter.microsoft.com:8443/v1/customers",
        "https://api.partnercenter.microsoft.com.evil.test/v1/customers",
        "https://u@api.partnercenter.microsoft.com/v1/customers",
        "javascript:alert(1)",
    ],
)
def test_a_link_that_leads_elsewhere_is_refused_with_its_host(uri):
    with pytest.raises(ShapeError, match=r"^has a link that leads elsewhere, to '[^']*'\.$"):
        local("partner_center", uri, BASE)


@pytest.mark.parametrize("uri", ["/v1/a b", "/v1/a\\b", "/v1/../a", "/v1/a?x=\n", "/v1/a#b", "/v1/<a>", ""])
def test_a_link_with_signs_that_no_address_has_is_refused(uri):
    with pytest.raises(ShapeError):
        local("partner_center", uri, BASE)


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://Example.com/x", ("https", "example.com", 443)),
        ("http://example.com", ("http", "example.com", 80)),
        ("https://example.com:0", ("https", "example.com", 0)),
        ("https://example.com:99999", None),
        ("https://u@example.com", None),
        ("https://", None),
        ("ftp://example.com", None),
    ],
)
def test_an_origin_is_scheme_host_and_port(address, found):
    assert origin(address) == found


def linked(uri, headers=None):
    return {"links": {"next": {"uri": uri, "headers": headers}}}


@pytest.mark.parametrize(
    "told", [None, [], {}, {"links": None}, {"links": {}}, {"links": {"next": None}}, {"nextLink": ""}]
)
def test_the_last_page_has_no_next(told):
    assert next_target(asks(), told, BASE) is None


@pytest.mark.parametrize(
    "told",
    [
        linked("/customers?page=2"),
        {"nextLink": f"{BASE}/v1/customers?page=2"},
        {"@odata.nextLink": f"{BASE}/v1/customers/?page=2"},
    ],
)
def test_the_next_page_is_found_in_each_shape(told):
    assert next_target(asks(), told, BASE) == Target("/v1/customers", "page=2", {})


def test_the_headers_of_a_link_go_along_but_for_those_of_the_sender():
    names = (
        "MS-ContinuationToken",
        "Authorization",
        "HOST",
        "Content-Length",
        "Connection",
        "Cookie",
        "Transfer-Encoding",
    )
    headers = [{"key": name, "value": "v"} for name in names]
    target = next_target(asks(), linked("/customers", headers), BASE)
    assert target.headers == {"MS-ContinuationToken": "v"}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"links": "x"}, "has links that are not an object."),
        ({"links": {"next": {"uri": 5}}}, "has a link to a next page without an address."),
        ({"links": {"next": "x"}}, "has a link to a next page without an address."),
        (linked("/orders"), "has a link to a next page of something else."),
        (linked("/customers", [{"key": "a"}]), "has a link whose headers are not key and value."),
        (linked("/customers", ["x"]), "has a link whose headers are not key and value."),
        (
            linked("/customers", [{"key": "a b", "value": "c"}]),
            "has a link with a header that cannot be sent.",
        ),
        (
            linked("/customers", [{"key": "a", "value": "c\n"}]),
            "has a link with a header that cannot be sent.",
        ),
        (
            linked("/customers", [{"key": "a" * 65, "value": ""}]),
            "has a link with a header that cannot be sent.",
        ),
        (
            linked("/customers", [{"key": "a", "value": "b" * 8193}]),
            "has a link with a header that cannot be sent.",
        ),
    ],
)
def test_a_link_that_cannot_be_followed_says_why(told, words):
    with pytest.raises(ShapeError) as refused:
        next_target(asks(), told, BASE)
    assert str(refused.value) == words


def test_a_kept_target_is_checked_like_a_link():
    kept = checked_target("/v1/customers", "a=1", {"MS-ContinuationToken": "t", "Cookie": "c"})
    assert kept == Target("/v1/customers", "a=1", {"MS-ContinuationToken": "t"})
    with pytest.raises(ShapeError) as refused:
        checked_target("/v1/customers", "a=\n", {})
    assert str(refused.value) == NO_ADDRESS


def test_no_text_form_shows_query_or_headers():
    """They may hold a continuation token."""
    target = Target("/v1/customers", "seekOperation=Next", {"MS-ContinuationToken": "canary"})
    assert repr(target) == "Target(path='/v1/customers')"
    assert (Target("/a").query, Target("/a").headers) == ("", {})


@pytest.mark.parametrize("path", ["/v1/customers", "/v1/customers/"])
def test_a_slash_at_the_end_makes_no_other_collection(path):
    assert next_target(asks(path), linked("/v1/CUSTOMERS/?page=2"), BASE) == Target(path, "page=2", {})
    with pytest.raises(ShapeError):
        next_target(asks("/v1/customersX"), linked("/v1/customers"), BASE)


@pytest.mark.parametrize(
    ("uri", "host"),
    [
        ("https://evil.test/v1/customers", "evil.test"),
        ("https://u:p@evil.test:8443/a/b?c", "evil.test:8443"),
        ("//evil.test/v1/a", "evil.test"),
        ("javascript:alert(1)/x/", "javascript:alert(1)"),
        (f"https://{'h' * 200}.test/", "h" * 80),
        (f"x:{'h' * 200}", f"x:{'h' * 78}"),
    ],
)
def test_of_a_link_that_leads_elsewhere_only_the_host_is_told(uri, host):
    with pytest.raises(ShapeError) as refused:
        local("partner_center", uri, BASE)
    assert str(refused.value) == f"has a link that leads elsewhere, to '{host}'."


def test_a_link_with_a_sign_that_no_address_has_says_so():
    for uri in ("/v1/a\\b", "/v1/../a", "/v1/a?x=y#z"):
        with pytest.raises(ShapeError) as refused:
            local("partner_center", uri, BASE)
        assert str(refused.value) == NO_ADDRESS


def test_a_slash_in_a_parameter_is_escaped():
    assert first_target(asks(a="x/y")).query == "a=x%2Fy"
