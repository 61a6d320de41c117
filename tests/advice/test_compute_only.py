"""Figures are for compute alone, and rows of machines with licensed software say so (D-407, D-1024)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bespeak.advice import azure_rule, recommend

ON = date(2026, 11, 16)
SUB = "a0000000-0000-4000-8000-000000000001"
D2S, D4S = "Standard_D2s_v5", "Standard_D4s_v5"
SIMPLE = {D2S: ("0.10", {"P1Y": "0.06"}), D4S: ("0.20", {"P1Y": "0.12"})}
SAID = "1 of the 2 machines run Windows or other licensed software, whose price is in none of these figures."


def with_windows(made, size):
    """The same demand, in which the machine of this size runs Windows."""
    vms = made.vms.assign(resource="/id/" + made.vms["size"])
    return replace(made, vms=vms, licensed=frozenset({f"/id/{size}"}))


def told(row):
    return [reason for reason in row["reasons"] if "licensed software" in reason]


def test_d1024_a_group_with_windows_machines_says_that_the_licence_stays_payable(make_demand, make_book, own):
    needed = with_windows(make_demand({SUB: {D2S: [4] * 720, D4S: [4] * 720}}), D4S)
    for _, row in recommend(needed, make_book(SIMPLE), own(), ON).iterrows():
        (sentence,) = told(row) or ("",)
        if row["term"] == "P1Y":
            assert sentence.startswith(SAID)
            assert "Windows and other software, disks and network stay payable." in sentence


def test_d1024_the_figures_are_those_of_compute_alone(make_demand, make_book, own):
    plain = make_demand({SUB: {D2S: [4] * 720, D4S: [4] * 720}})
    figures = ["quantity", "total", "payg_cost", "cost", "saving", "break_even"]
    without, with_it = (
        recommend(needed, make_book(SIMPLE), own(), ON)[figures]
        for needed in (plain, with_windows(plain, D4S))
    )
    assert with_it.equals(without)


def test_buying_nothing_says_it_too(make_demand, make_book, own):
    needed = with_windows(make_demand({SUB: {D2S: [1] * 50 + [0] * 118, D4S: [0] * 168}}), D2S)
    row = recommend(needed, make_book(SIMPLE), own(), ON).iloc[0]
    assert row["quantity"] == 0
    assert len(told(row)) == 1


def test_azures_rule_says_it_of_the_size_that_runs_windows_only(make_demand, make_book, own):
    needed = with_windows(make_demand({SUB: {D2S: [4] * 720, D4S: [4] * 720}}), D4S)
    found = azure_rule(needed, make_book(SIMPLE), own(), ON)
    found = found[found["term"] == "P1Y"]
    assert {row["size"]: len(told(row)) for _, row in found.iterrows()} == {D2S: 0, D4S: 1}


def test_without_licensed_machines_nothing_is_said(make_demand, make_book, own):
    row = recommend(make_demand({SUB: {D2S: [4] * 720}}), make_book(SIMPLE), own(), ON).iloc[0]
    assert told(row) == []
