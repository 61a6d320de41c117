"""The files of a study: one page for the customer, and its tables as CSV and as one workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from bespeak.review.chosen import Chosen
from bespeak.review.names import file_name
from bespeak.review.page import Section, Table, save_page
from bespeak.review.sheets import save_tables
from bespeak.review.study import Study
from bespeak.review.words import Rows, advice_rows, reading_words, scope_words, set_aside_rows
from bespeak.review.workbook import Origin, save_workbook
from bespeak.worlds import world


def save_study_page(
    folder: Path | str, study: Study, chosen: Chosen | None = None, quantity: int = 0
) -> Path:
    """Writes one offline HTML page of the study, with the pictures of the chosen row at this quantity."""
    return save_page(
        Path(folder) / _name(study, "review", "html"),
        title=f"Azure reservations for {study.details.name}",
        world=study.world,
        facts=_facts(study),
        sections=[*_sections(study), *([] if chosen is None else [_chosen_section(chosen, quantity)])],
    )


def save_study_tables(folder: Path | str, study: Study) -> list[Path]:
    """Writes the tables of the study as CSV: advice, Azure's rule, demand, what was set aside, what is owned."""
    return save_tables(
        folder, {_name(study, what, "csv"): table for what, table in _study_tables(study).items()}
    )


def save_study_workbook(folder: Path | str, study: Study) -> Path:
    """Writes the same tables as one workbook (XLSX), after a sheet that tells where the figures come from."""
    told = world(study.world)
    facts = {**_facts(study), "Usage": " ".join(reading_words(study))}
    origin = Origin(told.figures, told.colour, study.as_of, facts)
    return save_workbook(Path(folder) / _name(study, "tables", "xlsx"), _study_tables(study), origin)


def _study_tables(study: Study) -> Mapping[str, pd.DataFrame]:
    tables = {
        "advice": study.advice,
        "azure-rule": study.azure,
        "demand": study.demand.groups,
        "demand-by-size": study.demand.sizes,
        "set-aside": study.demand.set_aside,
        "owned": study.holdings,
    }
    return {what: table.assign(world=study.world) for what, table in tables.items()}


def _facts(study: Study) -> Mapping[str, str]:
    details = study.details
    return {
        "Customer": details.name,
        "Domain": details.domain,
        "World": study.world,
        "As of": f"{study.as_of:%Y-%m-%d %H:%M} UTC",
        "Prices": f"{study.prices.currency}, without tax, {study.prices.as_of}, {study.prices.source}",
    }


def _name(study: Study, what: str, ending: str) -> str:
    return file_name(study.world, study.details.name, study.as_of.date(), what, ending)


def _sections(study: Study) -> Iterable[Section]:
    aside = _tables("Set aside, with the reason", set_aside_rows(study))
    yield Section("What was read", reading_words(study), tables=aside)
    caption = "The price is that of the whole term, the saving that of the days that were read"
    yield Section("Advice", scope_words(study), tables=_tables(caption, advice_rows(study)))


def _tables(caption: str, rows: Rows) -> Mapping[str, Table]:
    return {caption: (rows.head, list(rows.rows.values()), rows.numbers)} if rows.rows else {}


def _chosen_section(chosen: Chosen, quantity: int) -> Section:
    row = chosen.row
    figures = [chosen.picture_of_the_week(), chosen.picture_of_demand(quantity)]
    figures += [chosen.picture_of_savings(quantity), chosen.picture_of_terms()]
    points = [*row["reasons"], *row["warnings"]]
    return Section(chosen.title(), [chosen.words(quantity)], points, figures=figures)
