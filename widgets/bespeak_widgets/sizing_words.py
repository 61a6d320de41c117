"""A study in words on the page: what was read, and why a row is advised."""

from __future__ import annotations

from bespeak import Chosen, Study, markup, review
from bespeak_widgets.look import heading


def summary(study: Study) -> markup.Markup:
    """What was read in sentences; the reasons for what was set aside can be opened."""
    aside = review.set_aside_rows(study)
    reasons = markup.tag(
        "details",
        markup.tag("summary", "What was set aside, and why"),
        markup.grid(aside.head, aside.rows.values(), caption="Set aside", numbers=aside.numbers),
    )
    told = [markup.tag("p", sentence) for sentence in review.reading_words(study)]
    return markup.join(
        heading(f"What the VMs of {study.details.name} use"), *told, *([reasons] if aside.rows else [])
    )


def why(chosen: Chosen) -> markup.Markup:
    """The reasons, the warnings, and the VMs that it would cover."""
    row = chosen.row
    vms = markup.tag(
        "details",
        markup.tag("summary", f"{len(row['vms'])} VMs would be covered"),
        markup.tag("p", ", ".join(row["vms"])),
    )
    warnings = markup.tag("div", markup.tag("h4", "Mind"), markup.bullets(row["warnings"]))
    return markup.join(
        heading(chosen.title()),
        markup.bullets(row["reasons"]),
        *([warnings] if row["warnings"] else []),
        *([vms] if row["vms"] else []),
    )
