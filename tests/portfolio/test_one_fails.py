"""One customer that cannot be read never sinks the page; what says nothing of a customer ends the reading."""

import pytest
from held_usage import HeldUsage

from bespeak import customers, private_sandbox
from bespeak.errors import UnreachableError
from bespeak.portfolio import Survey, portfolio, reading
from bespeak.portfolio.kept import Kept


@pytest.fixture
def fresh():
    return private_sandbox(scenario="portfolio")


@pytest.fixture
def few(fresh):
    """Five customers of one market."""
    some = {"Adatum Foods", "Coho Winery", "Graphic Design Institute", "Humongous Insurance", "VanArsdel"}
    everybody = customers(fresh)
    return everybody[everybody["name"].isin(some)].reset_index(drop=True)


def test_a_refused_customer_says_why_and_the_others_are_there(fresh, few):
    coho = few.set_index("name").loc["Coho Winery", "customer_id"]
    fresh.set_fault(f"customers/{coho}/subscriptions", "refuse", times=9, status=403)
    shown = portfolio(fresh, HeldUsage({}), few)
    assert list(shown.unread["name"]) == ["Coho Winery"]
    assert shown.unread["why_not"].iloc[0]
    assert shown.table.set_index("name").loc["Adatum Foods", "days_left"] == 14


def test_a_customer_that_could_not_be_read_is_asked_again(fresh, few):
    coho = few.set_index("name").loc["Coho Winery", "customer_id"]
    fresh.set_fault(f"customers/{coho}/subscriptions", "refuse", times=1, status=403)
    portfolio(fresh, HeldUsage({}), few)
    assert Survey(fresh, HeldUsage({}), few).old() == [coho]
    assert portfolio(fresh, HeldUsage({}), few).unread.empty


def test_what_was_read_before_it_was_cancelled_stays(fresh, few):
    def cancel(done, total):
        if done == 3:
            raise RuntimeError(total)

    with pytest.raises(RuntimeError):
        portfolio(fresh, HeldUsage({}), few, progress=cancel)
    shown = Survey(fresh, HeldUsage({}), few).view()
    assert (shown.table["why_not"] == "Not read yet.").sum() == 2


def test_without_a_connection_the_reading_ends_and_says_so(fresh, few, monkeypatch):
    asked = []

    def away(_, customer_id):
        asked.append(customer_id)
        raise UnreachableError("There is no connection.")

    monkeypatch.setattr(reading, "customer_details", away)
    with pytest.raises(UnreachableError):
        portfolio(fresh, HeldUsage({}), few)
    assert (Survey(fresh, HeldUsage({}), few).view().table["why_not"] == "There is no connection.").sum() == 4


def test_strange_data_of_one_customer_is_a_sentence(fresh, few, monkeypatch):
    monkeypatch.setattr(reading, "customer_details", lambda *_: 1 / 0)
    shown = portfolio(fresh, HeldUsage({}), few)
    assert shown.unread["why_not"].str.contains("This should not happen: ZeroDivisionError").all()


@pytest.mark.parametrize("damage", [b"", b"{", b'{"version": 1}', b"\xff\xfe", b'{"version": 99}'])
def test_a_damaged_file_counts_as_not_read(fresh, few, damage):
    portfolio(fresh, HeldUsage({}), few)
    folder = fresh.home / "portfolio"
    for path in folder.glob("*.json"):
        path.write_bytes(damage)
    survey = Survey(fresh, HeldUsage({}), few)
    assert len(survey.old()) == 5
    assert len(portfolio(fresh, HeldUsage({}), few).table) == 5


def test_a_file_under_the_name_of_another_customer_proves_nothing(fresh, few):
    portfolio(fresh, HeldUsage({}), few)
    folder, (one, other) = fresh.home / "portfolio", list(few["customer_id"])[:2]
    kept = Kept(folder)
    assert kept.facts(one) is not None
    files = {path: path.read_text(encoding="utf8") for path in folder.glob("*.json")}
    of = {
        ident: next(p for p, text in files.items() if f'"version": 1, "customer_id": "{ident}"' in text)
        for ident in (one, other)
    }
    of[one].write_bytes(of[other].read_bytes())
    assert kept.facts(one) is None
