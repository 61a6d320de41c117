"""How full machines are, and what resizing costs, as pictures."""

import pandas as pd

from bespeak.charts import resize_chart, sizes_chart
from bespeak.tables import FITS


def fits(*rows):
    return FITS.frame(
        {
            "resource": f"/{number}",
            "vm": f"vm-{number}",
            "region": "r",
            "size": "Standard_D8s_v5",
            "verdict": verdict,
            "cpu_p95": cpu,
            "memory": memory,
            "reasons": (),
        }
        for number, (verdict, cpu, memory) in enumerate(rows)
    )


def test_each_verdict_has_its_mark():
    drawn = sizes_chart(fits(("oversized", 20.0, 30.0), ("right", 60.0, 50.0), ("tight", 95.0, 50.0)))
    assert [trace.name for trace in drawn.data] == ["oversized", "right", "tight"]
    assert len({trace.marker.symbol for trace in drawn.data}) == 3


def test_a_machine_that_was_not_measured_is_counted_and_not_drawn():
    drawn = sizes_chart(fits(("not measured", None, None), ("right", 60.0, None)))
    assert sum(len(trace.x) for trace in drawn.data) == 1
    assert drawn.layout.meta["summary"] == ["2 machines: 1 not measured, 1 right."]
    assert drawn.layout.meta["rows"] == [["vm-1", "Standard_D8s_v5", "right", "60%", "-", "-"]]


def test_a_name_from_a_service_is_no_markup():
    one = fits(("right", 60.0, 50.0)).assign(vm="<b>$1")
    assert sizes_chart(one).data[0].customdata[0][0].startswith("&lt;b&gt;&#36;1")


def test_the_ways_are_bars_of_reservation_and_payg():
    options = pd.DataFrame(
        [
            {
                "option": "As it is",
                "quantity": 0,
                "reservation": 0.0,
                "payg": 10.0,
                "cost": 10.0,
                "saving": 0.0,
            },
            {"option": "Both", "quantity": 2, "reservation": 4.0, "payg": 1.0, "cost": 5.0, "saving": 5.0},
        ]
    )
    drawn = resize_chart(options, currency="USD", days=30)
    assert [list(trace.x) for trace in drawn.data] == [[0.0, 4.0], [10.0, 1.0]]
    assert drawn.layout.meta["summary"][1] == "Both: USD 5.00, USD 5.00 less (50.0%)."
