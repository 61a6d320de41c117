"""All customers of a partner together: what is at stake at each of them, and which of them to look at first."""

from bespeak.portfolio.shown import (
    Line,
    ShownColumn,
    Tile,
    portfolio_columns,
    portfolio_lines,
    portfolio_tiles,
)
from bespeak.portfolio.stake import Stake, at_stake
from bespeak.portfolio.survey import YOUNG, Survey, portfolio
from bespeak.portfolio.view import RANKS, PortfolioView, Rank

__all__ = [
    "RANKS",
    "YOUNG",
    "Line",
    "PortfolioView",
    "Rank",
    "ShownColumn",
    "Stake",
    "Survey",
    "Tile",
    "at_stake",
    "portfolio",
    "portfolio_columns",
    "portfolio_lines",
    "portfolio_tiles",
]
