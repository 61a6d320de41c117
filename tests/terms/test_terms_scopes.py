"""Which scopes can be bought (D-446), which need quota (D-512), and what stays payable beside them (D-407)."""

from __future__ import annotations

from datetime import date

import pytest

from bespeak.terms import quota_sentence, scope_refusal, scopes_at_purchase, software_sentence

ON = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("kind", "scopes"),
    [("azure_plan", ("shared",)), ("legacy", ("shared", "single")), ("none", ())],
)
def test_d446_the_scopes_of_each_kind(kind, scopes):
    assert scopes_at_purchase(kind, ON) == scopes


def test_d446_an_azure_plan_is_told_why_not_single():
    assert scope_refusal("azure_plan", "single", ON) == (
        "An Azure plan buys shared scope only; change it afterwards in the Azure portal. "
        "(Buy Microsoft Azure reservations for customers, 2023-08-23)"
    )


@pytest.mark.parametrize(
    ("kind", "scope"), [("azure_plan", "shared"), ("legacy", "shared"), ("legacy", "single")]
)
def test_d446_what_can_be_chosen_is_not_refused(kind, scope):
    assert scope_refusal(kind, scope, ON) == ""


def test_d512_only_a_single_scope_needs_quota():
    assert "vCPU quota" in quota_sentence("single", ON)
    assert quota_sentence("shared", ON) == ""


def test_d407_software_disks_and_network_stay_payable():
    assert software_sentence(ON) == (
        "A reservation covers the compute of virtual machines only: Windows and other software, disks and network stay "
        "payable. (Software costs not included with Azure Reserved VM Instances, 2022-12-06)"
    )
