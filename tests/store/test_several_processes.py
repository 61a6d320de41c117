"""Several processes may add to one customer and build it at the same time; who reads sees old or new."""

import subprocess
import sys
import threading
from pathlib import Path

from adding_program import deliveries
from deliveries import CUSTOMER, aside_reasons, delivery, frame_of, hours, open_store, page, vm_hours

from bespeak.usage.store import files
from bespeak.usage.store.months import customer_key

PROGRAM = Path(__file__).with_name("adding_program.py")
PROCESSES, TURNS = 3, 3


def test_three_processes_add_and_build_the_same_customer(tmp_path):
    home = tmp_path / "usage"
    children = [
        subprocess.Popen(
            [sys.executable, PROGRAM, home, str(number), str(TURNS)], stderr=subprocess.PIPE, text=True
        )
        for number in range(PROCESSES)
    ]
    reader = open_store(home)
    seen = [0]
    while any(child.poll() is None for child in children):
        rows, hourly = frame_of(reader.rows(CUSTOMER)), frame_of(reader.hourly(CUSTOMER))
        seen.append(len(rows))
        assert rows["hours_e6"].sum() % 10_000_000 == 0
        assert hourly["hours_e6"].sum() % 10_000_000 == 0
        assert seen[-1] >= seen[-2]
        assert reader.rejected.empty, reader.rejected.to_string()
    for child in children:
        _, trouble = child.communicate()
        assert child.returncode == 0, trouble
    last = open_store(home)
    last.build()
    assert vm_hours(last) == (PROCESSES * TURNS + 1) * 10_000_000
    assert last.rejected.empty
    assert not list((home / "staging").iterdir())


def test_their_tables_are_those_of_one_process(tmp_path):
    one, other = open_store(tmp_path / "a"), open_store(tmp_path / "b")
    for number in range(2):
        for delivered in deliveries(number, 2):
            one.add(delivered)
    for number in (1, 0):
        for delivered in deliveries(number, 2):
            other.add(delivered)
            other.build()
    for store in (one, other):
        store.build()
    assert frame_of(one.hourly()).equals(frame_of(other.hourly()))
    assert sum(aside_reasons(one).values()) == sum(aside_reasons(other).values())


def test_a_frame_that_was_opened_before_a_build_can_be_read_after_it(store):
    store.add(delivery(page(*hours())))
    store.build()
    before = store.rows()
    store.add(delivery(page(*hours("web02")), at=1))
    store.build()
    assert len(frame_of(before)) == 24
    assert len(frame_of(store.rows())) == 48


def test_threads_of_one_process_read_and_build_at_the_same_time(store):
    for number in range(4):
        store.add(delivery(page(*hours()), customer=f"c{number}"))
    store.build()
    found, problems = [], []

    def read():
        try:
            found.extend(len(frame_of(store.rows())) for _ in range(5))
        except Exception as error:  # noqa: BLE001 - whatever it is, the test says so
            problems.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for one in readers:
        one.start()
    store.add(delivery(page(*hours("web02")), customer="c0", at=1))
    store.build()
    for one in readers:
        one.join()
    assert not problems
    assert set(found) <= {96, 120}


def test_who_builds_a_customer_waits_for_who_builds_it_already(store):
    store.add(delivery(page(*hours())))
    with files.lock(store.home / "locks" / f"{customer_key(CUSTOMER)}.lock"):
        building = threading.Thread(target=store.build)
        building.start()
        building.join(0.5)
        assert frame_of(store.rows()).empty
    building.join()
    assert len(frame_of(store.rows())) == 24
