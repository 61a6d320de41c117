"""The doctor: which world, who am I, what may I do, is everything there? It asks and never changes anything.

Facts are gathered in one place (``gather``), judged by pure functions (``of_the_...``), and shown as a table.
"""

import pandas as pd

from bespeak.clients.session import Session
from bespeak.doctor.check import Check, State, worst
from bespeak.doctor.examine import as_table, examine
from bespeak.doctor.facts import Facts
from bespeak.doctor.gather import Surroundings, gather, without_session

__all__ = [
    "Check",
    "Facts",
    "State",
    "Surroundings",
    "as_table",
    "doctor",
    "examine",
    "gather",
    "without_session",
    "worst",
]


def doctor(session: Session) -> pd.DataFrame:
    """How everything stands, as a table (name, state, finding, next_step); it asks, and changes nothing.

    The table has one row for each check: world, person, roles, second factor, clock, hosts, journal and the rest.
    """
    return as_table(examine(gather(session, Surroundings(session.world))))
