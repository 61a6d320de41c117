"""Tables and figures to what a customer is shown: a study of its VMs, one offline HTML page, CSV, and a workbook."""

from bespeak.review.chosen import Chosen, choose
from bespeak.review.names import file_name
from bespeak.review.pack import save_study_page, save_study_tables, save_study_workbook
from bespeak.review.page import Section, save_page
from bespeak.review.renewal import renew_study
from bespeak.review.resizing import (
    SizesStudy,
    fit_study,
    measure_sizes,
    move_rows,
    reserve_rows,
    sizes_words,
)
from bespeak.review.sheets import read_table, save_tables
from bespeak.review.study import Study, compare_terms, study
from bespeak.review.texts import original_text
from bespeak.review.words import Rows, advice_rows, reading_words, scope_words, set_aside_rows, world_words
from bespeak.review.workbook import Origin, save_workbook

__all__ = [
    "Chosen",
    "Origin",
    "Rows",
    "Section",
    "SizesStudy",
    "Study",
    "advice_rows",
    "choose",
    "compare_terms",
    "file_name",
    "fit_study",
    "measure_sizes",
    "move_rows",
    "original_text",
    "read_table",
    "reading_words",
    "renew_study",
    "reserve_rows",
    "save_page",
    "save_study_page",
    "save_study_tables",
    "save_study_workbook",
    "save_tables",
    "save_workbook",
    "scope_words",
    "set_aside_rows",
    "sizes_words",
    "study",
    "world_words",
]
