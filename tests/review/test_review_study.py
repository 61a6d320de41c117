"""The study of a customer in the sandbox of this process: what was read, what is advised, any quantity in words."""

from dataclasses import replace

import pytest

from bespeak import connect, find_customer
from bespeak.errors import InputError, MissingError
from bespeak.review import advice_rows, choose, compare_terms, reading_words, scope_words, study
from bespeak.review.words import advice_key, set_aside_rows, world_words
from bespeak.tables import HOLDINGS

OWNED = {
    "reservation_order_id": "o",
    "reservation_id": "r",
    "order_id": "p",
    "name": "n",
    "size": "Standard_D2s_v5",
    "region": "polandcentral",
    "group": "Dsv5 Series",
    "ratio": 1.0,
    "quantity": 3,
    "term": "P1Y",
    "scope": "shared",
    "start": "2026-10-01T00:00Z",
    "expiry": "2027-10-01T00:00Z",
    "state": "Created",
    "source": "entitlement",
}


@pytest.fixture(scope="module")
def session():
    return connect()


@pytest.fixture(scope="module")
def contoso(session):
    return study(session, find_customer(session, "Contoso"))


@pytest.fixture(scope="module")
def dsv5(contoso):
    """The first row that advises to buy of the Dsv5 series, for all subscriptions, for one year."""
    return choose(contoso, "shared|polandcentral|Dsv5 Series|P1Y")


def test_it_says_each_step_and_how_many_records_have_come(session) -> None:
    said, counted = [], []
    study(
        session,
        find_customer(session, "Wingtip Toys"),
        say=said.append,
        progress=lambda count, _: counted.append(count),
    )
    assert said == [
        "Reading usage records",
        "Reading prices",
        "Reading reservations that are owned",
        "Working out the advice",
    ]
    assert counted == sorted(counted)
    assert counted


def test_what_says_stop_ends_the_reading(session) -> None:
    class StopError(Exception):
        pass

    def stop(_: str) -> None:
        raise StopError

    with pytest.raises(StopError):
        study(session, find_customer(session, "Contoso"), say=stop)


def test_it_tells_world_and_date(contoso) -> None:
    assert (contoso.world, f"{contoso.as_of:%Y-%m-%d}") == ("sandbox", "2026-11-16")
    assert repr(contoso).startswith("Study(Contoso, sandbox, ")
    assert world_words("sandbox").startswith("Sandbox: the customers, machines and purchases are invented")


def test_the_words_and_the_table_of_what_was_set_aside_agree(contoso) -> None:
    rows = set_aside_rows(contoso)
    records = sum(int(cells[1].replace(",", "")) for cells in rows.rows.values())
    assert records == int(contoso.demand.set_aside["rows"].sum())
    assert reading_words(contoso)[1].startswith(f"{records:,} of them, with ")


def test_a_scope_has_the_name_of_its_subscription(contoso) -> None:
    known = dict(
        zip(
            contoso.details.azure_subscriptions["azure_subscription_id"],
            contoso.details.azure_subscriptions["name"],
            strict=True,
        )
    )
    assert contoso.scope_name("shared") == "shared by all subscriptions"
    assert [contoso.scope_name(one) for one in known] == list(known.values())
    assert "do not add them up" in scope_words(contoso)[0]


def test_every_row_of_the_advice_is_listed_once_by_its_key(contoso) -> None:
    listed = advice_rows(contoso)
    assert set(listed.rows) == {advice_key(row) for row in contoso.advice.to_dict("records")}
    assert len(listed.rows) == len(contoso.advice)


def test_rows_of_one_scope_leave_the_scope_out(contoso) -> None:
    listed = advice_rows(contoso, "shared")
    assert listed.head[0] == "Group"
    assert [listed.head[i] for i in listed.numbers] == ["Price, USD", "Saves, USD"]


def test_one_and_three_years_of_a_group_stand_together_and_the_best_group_first(contoso) -> None:
    cells = list(advice_rows(contoso, "shared").rows.values())
    groups = [row[0] for row in cells]
    assert [row[1] for row in cells] == ["1 year", "3 years"] * (len(cells) // 2)
    assert groups == [group for group in dict.fromkeys(groups) for _ in range(2)]


def test_savings_of_several_sizes_by_azures_rule_are_said_to_be_of_each_size_alone(contoso) -> None:
    """D-1008: with flexibility the sum of single-size savings is not what the group would save."""
    told = [row[-1] for row in advice_rows(contoso, "shared").rows.values() if "saves" in row[-1]]
    assert any(" + " in words for words in told)
    assert all((" + " in words) == words.endswith("if each covers its own size only") for words in told)


def test_the_comparison_adds_up_to_the_advice(contoso, dsv5) -> None:
    options = compare_terms(contoso, **dsv5.place)
    assert list(options["option"]) == ["Pay-as-you-go", "1 year", "3 years"]
    assert options["cost"].iloc[1] == pytest.approx(dsv5.row["cost"])
    assert (options["reservation"] + options["payg"]).tolist() == pytest.approx(options["cost"].tolist())
    assert (options["cost"].iloc[0] - options["cost"]).tolist() == pytest.approx(options["saving"].tolist())


def test_what_stays_on_pay_as_you_go_is_the_curves_own_figure(contoso, dsv5) -> None:
    """The reservation's part is price / 8,760 hours x the hours of the window (D-503)."""
    options = compare_terms(contoso, **dsv5.place)
    expected = float(dsv5.total(dsv5.advised).amount) / 8760 * contoso.demand.hours
    assert options["reservation"].iloc[1] == pytest.approx(expected)


def test_a_quantity_in_words_is_its_row_of_the_curve(dsv5) -> None:
    row = dsv5.curve[dsv5.curve["quantity"] == 2].iloc[0]
    words = dsv5.words(2)
    assert words.startswith(f"2 x D4s_v5 for 1 year: {dsv5.total(2)} in all;")
    assert f"saves USD {row['saving']:,.2f}, {row['utilisation']:.1%} of the reserved hours" in words


def test_nothing_bought_in_words(dsv5) -> None:
    cost = dsv5.curve["cost"].iloc[0]
    assert dsv5.words(0) == f"Nothing is bought: USD {cost:,.2f} at pay-as-you-go over the window."


def test_the_advised_quantity_is_the_best_of_the_curve(dsv5) -> None:
    best = dsv5.curve["saving"].idxmax()
    assert int(dsv5.curve.loc[best, "quantity"]) == dsv5.advised


def test_what_is_owned_is_drawn_as_reserved_already(contoso, dsv5) -> None:
    bound = contoso.details.azure_subscriptions["azure_subscription_id"].iloc[0]
    rows = [OWNED, {**OWNED, "scope": bound, "quantity": 2}, {**OWNED, "state": "Cancelled", "quantity": 90}]
    owning = replace(contoso, holdings=HOLDINGS.frame(rows))
    picture = replace(dsv5, study=owning).picture_of_demand(4)
    assert [(line.name, line.y0) for line in picture.layout.shapes] == [
        ("reserved already", 5.0),
        ("reserved with this purchase", 13.0),
    ]
    assert owning.owned_units(bound, "polandcentral", "Dsv5 Series") == 2.0


def test_d520_a_closed_series_is_said_in_the_table_beside_the_quantity_and_above_the_curve(session) -> None:
    found = study(session, find_customer(session, "Tailspin Toys"))
    key = "shared|polandcentral|DSv3 Series|P1Y"
    chosen = choose(found, key)
    assert "not sold" in advice_rows(found).rows[key]
    assert chosen.words(1).endswith(" It cannot be bought on this day.")
    assert chosen.picture_of_savings(1).layout.meta["title"].endswith("; not sold on this day")


def test_d520_an_open_series_is_sold(contoso, dsv5) -> None:
    assert "not sold" not in str(advice_rows(contoso).rows)
    assert dsv5.words(1).endswith("of the demand is covered.")


def test_a_choice_of_nothing_is_refused_in_words(dsv5) -> None:
    with pytest.raises(InputError, match="nothing to buy at a quantity of 0"):
        dsv5.choice(0)


def test_a_choice_for_one_subscription_bills_that_one(contoso) -> None:
    scope = contoso.demand.scopes[1]
    row = contoso.advice[contoso.advice["scope"] == scope].iloc[0].to_dict()
    assert choose(contoso, advice_key(row)).choice(1)["azure_subscription_id"] == scope


def test_a_row_that_is_gone_gets_a_sentence(contoso) -> None:
    with pytest.raises(MissingError, match="not in the advice any more"):
        choose(contoso, "shared|nowhere|none|P1Y")


def test_a_quantity_beyond_the_curve_gets_a_sentence(dsv5) -> None:
    with pytest.raises(InputError, match=f"Choose 0 to {dsv5.highest}"):
        dsv5.words(dsv5.highest + 1)
