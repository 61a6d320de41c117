"""The steps and the demand of one customer, which is made another way, say the same."""

from datetime import UTC, datetime

import narwhals as nw
import numpy as np
import pandas as pd
import pytest
from small_estate import HOURS, START, estate, plain

from bespeak.tables import SET_ASIDE
from bespeak.usage import UsageReading
from bespeak.usage import demand as demand_of
from bespeak.usage.steps import LEVELS, group_demand, most_uneven, scale

BEGIN = datetime.fromtimestamp(START * 3600, UTC)
END = datetime.fromtimestamp((START + HOURS) * 3600, UTC)


def in_memory(rows):
    """The groups of the demand of these rows, read as one customer's usage."""
    usage = rows.rename(columns={"hour": "start"}).assign(
        start=pd.to_datetime(rows["hour"] * 3600, unit="s", utc=True).dt.as_unit("us"),
        hours=rows["hours_e6"] / 1e6,
    )
    hours = float(usage["hours"].sum())
    return demand_of(UsageReading(usage, SET_ASIDE.frame([]), len(usage), hours, BEGIN, END, "test")).groups


@pytest.mark.parametrize("windows", [{1}, {24}, {1, 24}], ids=["hourly", "daily", "both"])
def test_the_steps_say_what_the_demand_of_one_customer_says(windows):
    rows = estate(600)
    rows = rows[rows["hours_in_window"].isin(windows) & (rows["size"] != "Standard_Unheard_of")]
    rows = rows.assign(customer_id="c", resource_group="rg", currency="USD", cost_e6=0)
    made = plain(most_uneven(group_demand(nw.from_native(rows), nw.from_native(scale()))))
    made["hour"] = pd.to_datetime(made["hour"] * 3600, unit="s", utc=True).dt.as_unit("us")

    groups = in_memory(rows).query("scope == 'shared'").astype({"region": "str", "group": "str"})
    both = groups.merge(made, on=["region", "group", "hour"], how="left").fillna(dict.fromkeys(LEVELS, 0))
    assert len(made) > 200
    assert np.allclose(both["units"], both["units_e6"] / 1e6, atol=2e-6)
    assert np.allclose(both["overlap"], both["overlap_e6"] / 1e6, atol=2e-6)
    assert np.allclose(both["upper"], both["upper_e6"] / 1e6, atol=2e-6)
    assert both["unknown"].sum() * 1e6 == pytest.approx((both["mean_e6"] - both["units_e6"]).sum(), abs=1e3)
