"""The doctor's checks, one by one: each judges facts and asks nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bespeak.clients.reach import Reached
from bespeak.clients.session import Person
from bespeak.doctor.check import Check, worst
from bespeak.doctor.examine import as_table, examine
from bespeak.doctor.facts import Facts, Held, Home, Kept, Proxies, Version

PERSON = Person("kim@partner.example", "object", "tenant-1", second_factor=True)
WELL = Facts(
    world="live",
    where="partner tenant partner.example, global cloud",
    instance="tenant-1",
    settings="bespeak.toml",
    home=Home("folder", private=True, writable=True, free_bytes=10**10),
    person=PERSON,
    held=(Held("look customers up", "Admin agent", "allowed"), Held("read prices", "Sales agent", "allowed")),
    second_factor=True,
    hosts={"partner_center": Reached("api.example", "answered")},
    ahead_seconds=1.0,
    proxies=Proxies((), used=False),
    journal=Kept(3, head="a" * 64),
    limits="order USD 1,000.00",
    key_store=True,
    versions=(Version("jupyterlab", "4.6.6", "4.6.2"),),
)


def _told(name, **changes):
    """One check after something was changed about a world where all is well."""
    return next(check for check in examine(replace(WELL, **changes)) if check.name == name)


def test_all_is_well():
    assert {check.state for check in examine(WELL)} == {"ok"}
    assert {check.next_step for check in examine(WELL)} == {""}


def test_every_check_stands_in_the_table_with_its_next_step():
    table = as_table(examine(WELL))
    assert table.columns.tolist() == ["name", "state", "finding", "next_step"]
    assert table["name"].tolist()[:5] == ["World", "Settings", "Folder", "Person", "Roles"]


def test_without_a_session_the_reason_is_told_and_what_needs_one_is_not_asked():
    checks = examine(Facts(world="live", no_session="Nobody is signed in. Sign in."))
    states = {check.name: check.state for check in checks}
    assert checks[0] == Check("World", "fail", "There is no session with live: Nobody is signed in. Sign in.")
    assert {
        states[name] for name in ("Folder", "Person", "Roles", "Clock", "Hosts", "Journal", "Limits")
    } == {"not asked"}


def test_a_locked_world_says_so_and_is_well():
    told = _told("World", locked="Live is locked. Unlock it.")
    assert (told.state, "Locked: Live is locked. Unlock it." in told.finding) == ("ok", True)


def test_a_mistake_in_the_settings_is_told_with_its_line():
    told = _told("Settings", settings_wrong="bespeak.toml, line 3: [live] tenent is not known.")
    assert (told.state, "line 3" in told.finding) == ("fail", True)


@pytest.mark.parametrize(
    ("change", "state", "words"),
    [
        ({"private": False}, "fail", "chmod 700"),
        ({"private": None}, "ok", "can be written to"),
        ({"writable": False}, "fail", "cannot be written to"),
        ({"free_bytes": 10**8}, "warn", "only 100 MB"),
        ({"free_bytes": 10**6}, "fail", "Make room"),
    ],
)
def test_the_folder_is_private_and_has_room(change, state, words):
    told = _told("Folder", home=replace(WELL.home, **change))
    assert told.state == state
    assert words in f"{told.finding} {told.next_step}"


def test_nobody_signed_in_fails_in_the_words_of_the_sign_in():
    told = _told("Person", person=None, nobody="Nobody is signed in. Sign in.")
    assert (told.state, told.finding) == ("fail", "Nobody is signed in. Sign in.")


def test_a_role_that_is_missing_is_named_with_who_has_it():
    held = (WELL.held[0], Held("read prices", "Admin or Sales agent", "refused", "No."))
    told = _told("Roles", held=held)
    assert told.state == "fail"
    assert "You may look customers up. You may not read prices." in told.finding
    assert "Admin or Sales agent" in told.next_step


def test_a_right_that_nobody_needs_here_may_be_missing():
    assert _told("Roles", held=(*WELL.held, Held("read invoices", "Billing admin", "refused"))).state == "ok"


def test_what_could_not_be_told_of_the_roles_is_a_warning_and_not_a_no():
    told = _told("Roles", held=(*WELL.held, Held("read invoices", "Billing admin", "unknown", "no answer")))
    assert (told.state, "Not told: read invoices (no answer)" in told.finding) == ("warn", True)


@pytest.mark.parametrize(
    ("by_service", "by_token", "state"),
    [
        (True, False, "ok"),
        (False, True, "fail"),
        (None, True, "ok"),
        (None, False, "fail"),
        (None, None, "warn"),
    ],
)
def test_partner_center_has_the_last_word_on_the_second_factor(by_service, by_token, state):
    person = replace(PERSON, second_factor=by_token)
    assert _told("Second factor", second_factor=by_service, person=person).state == state


def test_an_application_needs_no_second_factor():
    told = _told("Second factor", person=replace(PERSON, second_factor=None, is_app=True), second_factor=None)
    assert told.state == "ok"


@pytest.mark.parametrize(
    ("ahead", "state", "words"),
    [
        (60.0, "ok", "agrees"),
        (61.0, "warn", "1 min ahead of"),
        (-300.0, "warn", "5 min behind"),
        (-600.0, "fail", "10 min behind"),
        (86400.0, "fail", "24 h ahead of"),
    ],
)
def test_the_clock_says_by_how_much_and_which_way(ahead, state, words):
    told = _told("Clock", ahead_seconds=ahead)
    assert (told.state, words in told.finding) == (state, True)


@pytest.mark.parametrize(
    ("end", "step"),
    [("not secure", "root certificate"), ("unknown name", "name service"), ("no connection", "firewall")],
)
def test_a_host_that_is_away_is_named_with_how_far_it_went(end, step):
    told = _told("Hosts", hosts={**WELL.hosts, "graph": Reached("graph.example", end, "why")})
    assert (told.state, told.finding) == ("fail", f"graph at graph.example: {end} (why).")
    assert step in told.next_step


@pytest.mark.parametrize(
    ("world", "used", "state", "words"),
    [
        ("sandbox", False, "ok", "never used for the sandbox"),
        ("live", True, "ok", "used for live"),
        ("live", False, "warn", "not used for live"),
    ],
)
def test_a_proxy_is_named_without_its_value(world, used, state, words):
    told = _told("Proxy", world=world, proxies=Proxies(("HTTPS_PROXY",), used))
    assert (told.state, words in told.finding) == (state, True)


def test_an_open_purchase_is_a_warning_not_to_buy_it_again():
    told = _told("Journal", journal=Kept(3, open=1, head="a" * 64))
    assert (told.state, "1 of them are open" in told.finding) == ("warn", True)
    assert "Do not buy them again" in told.next_step


def test_a_journal_that_was_changed_locks_buying():
    told = _told("Journal", journal=Kept(0, wrong="The purchase journal was changed."))
    assert (told.state, told.finding) == ("fail", "The purchase journal was changed.")


def test_limits_that_cannot_be_read_fail_and_none_at_all_warn_where_money_is_real():
    assert _told("Limits", limits=None, limits_wrong="limits.toml names no currency.").state == "fail"
    assert _told("Limits", limits="").state == "warn"
    assert _told("Limits", limits="", world="sandbox").state == "ok"


def test_no_key_store_says_what_it_means():
    told = _told("Key store", key_store=False)
    assert (told.state, "sign in again in each kernel" in told.finding) == ("warn", True)


@pytest.mark.parametrize(
    ("found", "state"), [("4.6.2", "ok"), ("4.10.0", "ok"), ("4.6.1", "fail"), ("", "fail")]
)
def test_a_version_with_known_holes_fails(found, state):
    assert _told("Versions", versions=(Version("jupyterlab", found, "4.6.2"),)).state == state


def test_a_missing_part_is_named():
    assert _told("Parts", missing_parts=("anywidget",)).finding == "Missing: anywidget."


@pytest.mark.parametrize(
    ("states", "wanted"),
    [(("ok", "fail", "warn"), "fail"), (("ok", "warn"), "warn"), (("not asked", "ok"), "ok"), ((), "ok")],
)
def test_the_worst_state_counts(states, wanted):
    assert worst(Check("one", state, "") for state in states) == wanted
