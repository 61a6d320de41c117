"""A cursor: going on after any page gives what an undisturbed reading gives, and a bad one is refused."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bespeak.clients.address import Target
from bespeak.clients.call import Answer, Call
from bespeak.clients.cursor import Cursor
from bespeak.clients.pages import all_of, read_pages
from bespeak.clients.partner_center.customers import list_customers
from bespeak.clients.reading import items
from bespeak.errors import InputError

KEYED = Call("list", "partner_center", "GET", "/v1/customers", items, key=lambda item: item["id"])
PLAIN = Call("list", "partner_center", "GET", "/v1/customers", items)


class History:
    """Pages of a service by their number, told without any HTTP."""

    def __init__(self, pages):
        self.pages = pages

    def ask(self, target):
        number = int(target.query or 0)
        listed = [{"id": one} for one in self.pages[number]]
        return Answer(200, {}, b"", {"items": listed, "number": number}), listed

    def follow(self, answer):
        following = answer.json["number"] + 1
        return Target("/v1/customers", str(following)) if following < len(self.pages) else None

    def read(self, call, after=None):
        return read_pages(call, after, self.ask, self.follow)


def once_each(pages):
    """The oracle: each page without what its page before, empty ones left out, or itself had already."""
    found, before = [], set()
    for page in pages:
        fresh = [one for one in dict.fromkeys(page) if one not in before]
        found += fresh
        before = set(page) or before
    return found


PAGES = st.lists(st.lists(st.integers(0, 30), max_size=6), min_size=1, max_size=8)


@settings(max_examples=200)
@given(PAGES)
def test_no_history_of_pages_loses_or_doubles_what_is_known_by_a_key(pages):
    listed = all_of(History(pages).read(KEYED))

    assert [item["id"] for item in listed.items] == once_each(pages)
    assert listed.report.came + listed.report.doubles == sum(map(len, pages))


@settings(max_examples=100)
@given(PAGES, st.data())
def test_a_reading_that_goes_on_from_json_ends_as_one_that_was_never_broken_off(pages, data):
    for call in (KEYED, PLAIN):
        whole = list(History(pages).read(call))
        stop = data.draw(st.integers(1, len(whole)))
        begun = whole[:stop]
        after = begun[-1].cursor_after
        rest = [] if after is None else list(History(pages).read(call, Cursor.from_json(after.to_json())))
        assert begun + rest == whole


def kept(call=KEYED):
    return next(History([[1], [2]]).read(call)).cursor_after.to_json()


def test_a_cursor_of_another_call_is_refused(server):
    other = list_customers(size=3)
    with pytest.raises(InputError, match="does not belong to 'list customers'"):
        list(server.door(None).pages(other, Cursor.from_json(kept())))
    assert server.requests == []


@pytest.mark.parametrize(
    "change",
    [
        {"path": "/v1/orders"},
        {"path": "//evil.example/v1/customers"},
        {"path": "/v1/customers/../orders"},
        {"query": "a b"},
        {"query": "x#y"},
        {"headers": [["X", "a\r\nB: c"]]},
        {"headers": [["a b", "c"]]},
        {"headers": 3},
        {"version": 2},
        {"of": "x"},
        {"number": -1},
        {"number": True},
        {"followed": ["x"]},
        {"pages": "0123456789abcdef"},
        {"last": [3]},
        {"report": {}},
        {"report": {"doubles": -1, "repeats": 0, "restarts": 0, "declared": None, "came": 0}},
        {"more": 1},
    ],
)
def test_a_cursor_that_was_changed_is_refused(server, change):
    with pytest.raises(InputError):
        list(server.door(None).pages(KEYED, Cursor.from_json(json.dumps(json.loads(kept()) | change))))
    assert server.requests == []


@pytest.mark.parametrize("text", ["", "[]", "7", "{", "\x80\x04K\x07.", '{"version": 1}'])
def test_what_is_no_cursor_is_refused(text):
    with pytest.raises(InputError):
        Cursor.from_json(text)


def test_a_kept_cursor_cannot_set_the_senders_own_headers():
    told = json.loads(kept()) | {"headers": [["Authorization", "Bearer x"], ["MS-ContinuationToken", "t"]]}
    assert Cursor.from_json(json.dumps(told)).headers == (("MS-ContinuationToken", "t"),)
