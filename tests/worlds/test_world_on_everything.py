"""The name and the colour of the world stand on figures, pages, tables and the lock (A20)."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest

import bespeak
from bespeak.charts.figure import figure
from bespeak.review import save_page
from bespeak.worlds import WORLDS, stamp, world_of
from bespeak_widgets import Chart, Panel, WorldLock, snapshot
from bespeak_widgets.world_banner import WorldBanner

sys.path.insert(0, str(Path(__file__).parents[1] / "worlds"))
from fake_worlds import fake


@pytest.mark.parametrize("name", list(WORLDS))
def test_a_figure_shows_its_world_in_its_colour_and_says_it_as_text(name):
    drawn = figure([], title="Saving", summary=["It rises."], columns=[], rows=[], world=name)
    (badge,) = drawn.layout.annotations
    assert (badge.text, badge.bgcolor, drawn.layout.meta["world"]) == (
        name.upper(),
        WORLDS[name].colour,
        name,
    )
    assert snapshot(Panel(Chart(drawn))).splitlines()[1] == f"  Chart, {name.upper()}: Saving"


def test_a_figure_from_a_live_session_says_live_without_being_told(tmp_path):
    session = fake("live", tmp_path).session
    customer = bespeak.find_customer(session, "Contoso")
    needed = bespeak.demand(bespeak.read_usage(session, customer, days=3))
    place = needed.groups.iloc[0]
    drawn = bespeak.charts.heat_map(
        needed.groups, scope=place["scope"], region=place["region"], group=place["group"]
    )
    assert [note.text for note in drawn.layout.annotations] == ["LIVE"]
    assert world_of(bespeak.holdings(session, customer)) == "live"


def test_of_several_worlds_the_costliest_is_told():
    tables = [stamp(name, pd.DataFrame()) for name in ("sandbox", "live", "integration")]
    assert (world_of(*tables), world_of(pd.DataFrame())) == ("live", "")


def test_a_part_of_a_table_keeps_its_world():
    table = stamp("live", pd.DataFrame({"a": [1, 2, 3]}))
    assert world_of(table[table["a"] > 1].sort_values("a").assign(b=1).reset_index()) == "live"


@pytest.mark.parametrize("name", list(WORLDS))
def test_a_page_begins_with_its_world(tmp_path, name):
    path = save_page(tmp_path / "page.html", title="Contoso", world=name, facts={}, sections=[])
    text = path.read_text(encoding="utf-8")
    assert f">{name.upper()}</b>" in text
    assert f"border-color: {WORLDS[name].colour}" in text


def test_the_banner_follows_the_lock(tmp_path):
    live = fake("live", tmp_path)
    banner = WorldBanner(live.session)
    before = snapshot(Panel(banner))
    live.unlock()
    assert "Locked: nothing can be bought." in before
    assert "UNLOCKED until 00:15 UTC." in snapshot(Panel(banner))


def typed_by_hand(lock: WorldLock, text: str) -> None:
    lock.phrase.set_state({"value": text})


def test_the_lock_opens_for_a_phrase_and_a_press_on_the_page(tmp_path):
    live = fake("live", tmp_path)
    lock = WorldLock(live.session, message=lambda: "comm_msg")
    assert lock.unlock_button.disabled
    typed_by_hand(lock, live.session.unlock_phrase)
    assert not lock.unlock_button.disabled
    lock.unlock_button._handle_custom_msg({"event": "click"}, [])
    assert lock.unlocked
    assert "UNLOCKED: 15 minutes left" in snapshot(Panel(lock))
    live.clock.pass_minutes(14.5)
    lock.refresh()
    assert "1 minute left" in snapshot(Panel(lock))
    lock.lock_button.click()
    assert not lock.unlocked
    assert live.session.locked


def test_the_lock_takes_out_what_a_program_writes(tmp_path):
    live = fake("live", tmp_path)
    lock = WorldLock(live.session, message=lambda: "comm_msg")
    lock.phrase.value = live.session.unlock_phrase
    assert lock.phrase.value == ""
    assert "written by a program" in snapshot(Panel(lock))


def test_a_press_while_a_cell_runs_is_none(tmp_path):
    live = fake("live", tmp_path)
    lock = WorldLock(live.session, message=lambda: "execute_request")
    typed_by_hand(lock, live.session.unlock_phrase)
    lock.unlock_button._handle_custom_msg({"event": "click"}, [])
    assert "no press on the page" in snapshot(Panel(lock))
    assert live.session.locked


def test_other_worlds_have_no_lock_that_is_seen(tmp_path):
    for session in (bespeak.private_sandbox(), fake("integration", tmp_path).session):
        assert snapshot(Panel(WorldLock(session))) == "Panel"
