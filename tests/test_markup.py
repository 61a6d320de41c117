"""Text becomes HTML in one place, and is escaped there."""

from hypothesis import given
from hypothesis import strategies as st

from bespeak import markup


def test_text_is_escaped_and_markup_is_not() -> None:
    assert markup.tag("p", "<b>", markup.tag("i", "x")) == "<p>&lt;b&gt;<i>x</i></p>"


def test_attributes_are_escaped_and_none_is_left_out() -> None:
    assert markup.tag("a", "x", title='"<', role=None, hidden=True) == '<a title="&quot;&lt;" hidden>x</a>'


def test_joining_markup_with_a_plus_makes_it_text_again() -> None:
    """``Markup + str`` is a plain ``str``, so a slip is shown as text and never as HTML."""
    slipped = markup.tag("b", "x") + "<script>"
    assert markup.join(slipped) == "&lt;b&gt;x&lt;/b&gt;&lt;script&gt;"


def test_a_table_reads_as_lines_with_bars() -> None:
    table = markup.grid(["Size", "Count"], [["D2s", "4"], ["a|b", "5"]], caption="Sizes", numbers=[1])
    assert markup.text_of(table).splitlines() == ["Sizes", "Size | Count", "D2s | 4", "a|b | 5"]
    assert '<td class="number">4</td>' in table
    assert '<td class="short">D2s</td>' in table


def test_what_screen_readers_do_not_hear_is_no_text() -> None:
    assert markup.text_of(markup.tag("p", markup.tag("span", "*", aria_hidden="true"), "ready")) == "ready"


def test_of_closed_details_only_the_summary_is_read() -> None:
    closed = markup.tag(
        "details", markup.tag("summary", "Why"), markup.tag("p", "Because", markup.tag("b", "!"))
    )
    assert markup.text_of(closed + markup.tag("p", "After")).splitlines() == ["Why", "After"]


def test_facts_read_as_names_with_values() -> None:
    assert markup.text_of(markup.facts({"Domain": "contoso.example", "Country": "US"})).splitlines() == [
        "Domain: contoso.example",
        "Country: US",
    ]


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc", "Z"])))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    assert markup.text_of(markup.tag("p", text)) == text
