"""Rated daily lines of Azure plans, in the spellings of Partner Center and Graph."""

from datetime import UTC, datetime, timedelta

from bespeak.usage import from_rated

START = datetime(2026, 10, 5, tzinfo=UTC)


def test_a_line_is_a_day(line):
    row = from_rated([line(quantity=13.5)]).usage.iloc[0]

    assert (row["start"].to_pydatetime(), row["hours_in_window"], row["hours"]) == (START, 24, 13.5)
    assert (row["vm"], row["size"], row["region"]) == ("web01", "Standard_D2s_v5", "polandcentral")


def test_graph_spelling_reads_the_same(line):
    """D-325 and the reference of Graph: read member names case-insensitively."""
    plain = line()
    graph = {name[0].upper() + name[1:]: value for name, value in plain.items()}
    graph["ResourceURI"] = graph.pop("ResourceUri")
    graph["Unit"] = graph.pop("UnitOfMeasure")

    assert from_rated([graph]).usage.equals(from_rated([plain]).usage)


def test_both_spellings_in_one_list_both_count(line):
    plain = line()
    other = {name[0].upper() + name[1:]: value for name, value in line("web02").items()}

    assert from_rated([plain, other]).usage["vm"].tolist() == ["web01", "web02"]


def test_the_reservation_of_a_covered_line_is_in_its_extra_facts(line):
    """D-341, and 11.2: a rated line has no reservation member of its own."""
    assert from_rated([line(info={"ReservationId": "R-1"})]).usage["reservation_id"].tolist() == ["r-1"]


def test_null_members_mean_absent(line):
    reading = from_rated([line(info={"UsageType": None}, consumedService=None, meterSubCategory=None)])

    assert len(reading.usage) == 1


def test_a_purchase_line_is_set_aside(line):
    aside = from_rated([line(chargeType="Purchase"), line()]).set_aside

    assert aside["reason"].tolist() == ["Purchase: a charge of this type is not usage."]
    assert aside["hours"].tolist() == [0.0]


def test_no_lines_give_an_empty_reading():
    reading = from_rated([], start=START, end=START + timedelta(days=1))

    assert reading.usage.empty
