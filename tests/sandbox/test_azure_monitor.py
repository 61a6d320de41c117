"""Azure Monitor metrics of a VM: shapes of Metrics - List, gaps where the demand says that the VM was off."""

import json
from datetime import timedelta
from urllib.parse import quote

import pytest
from azure_caller import get, refused
from tiny_world import ADA_AZURE_ONE, ADA_AZURE_TWO

from bespeak.sandbox import World, create_app
from bespeak.sandbox.metrics import GRAINS, METRICS

GROUP = f"/subscriptions/{ADA_AZURE_ONE}/resourceGroups/rg-a/providers/Microsoft.Compute/virtualMachines"
STEADY, OFFICE = f"{GROUP}/vm-a1", f"{GROUP}/vm-w1"
VERSION = "2018-01-01"
DAY = "2026-11-14T00:00:00Z/2026-11-15T00:00:00Z"
CPU = "Percentage CPU"


def ask(caller, vm=STEADY, span=DAY, interval="PT1H", names=CPU, aggregation="", **more):
    words = {"timespan": span, "interval": interval, "metricnames": names, "aggregation": aggregation} | more
    text = "&".join(f"{name}={quote(value)}" for name, value in words.items() if value)
    return get(caller, f"{vm}/providers/Microsoft.Insights/metrics?{text}", version=VERSION)


def data(answer, at=0):
    return answer["value"][at]["timeseries"][0]["data"]


def test_an_answer_has_the_shape_of_the_service(caller):
    answer = ask(caller, names="Percentage CPU,Available Memory Bytes")
    assert answer["timespan"] == DAY
    assert (answer["interval"], answer["namespace"]) == ("PT1H", "Microsoft.Compute/virtualMachines")
    assert answer["resourceregion"] == "polandcentral"
    first, second = answer["value"]
    assert first["name"] == {"value": CPU, "localizedValue": CPU}
    assert (first["unit"], second["unit"]) == ("Percent", "Bytes")
    assert first["id"].endswith("/vm-a1/providers/Microsoft.Insights/metrics/Percentage CPU")
    assert len(data(answer)) == 24
    assert set(data(answer)[0]) == {"timeStamp", "average"}
    assert all(0 < point["average"] < 100 for point in data(answer))
    assert all(0 < point["average"] < 8 * 2**30 for point in data(answer, 1))


def test_a_vm_that_was_off_leaves_a_gap(caller):
    """Office hours are 8 to 18 o'clock; the values agree with the hours that are billed."""
    points = data(ask(caller, OFFICE))
    on = [int(point["timeStamp"][11:13]) for point in points if "average" in point]
    assert on == list(range(8, 18))
    assert all(set(point) == {"timeStamp"} for point in points if int(point["timeStamp"][11:13]) not in on)


def test_a_coarser_grain_is_made_of_the_finer_ones(caller):
    minutes = data(ask(caller, OFFICE, interval="PT1M", aggregation="Average,Count"))
    (day,) = data(ask(caller, OFFICE, interval="P1D", aggregation="average,minimum,maximum,total,count"))
    values = [point["average"] for point in minutes if "average" in point]
    assert (day["count"], len(values)) == (600.0, 600)
    assert day["average"] == pytest.approx(sum(values) / 600, abs=1e-3)
    assert (day["minimum"], day["maximum"]) == (pytest.approx(min(values)), pytest.approx(max(values)))
    assert day["total"] == pytest.approx(sum(values), abs=1e-2)


def test_the_default_is_the_last_hour_by_the_minute_in_the_metrics_own_aggregation(caller):
    answer = get(caller, f"{STEADY}/providers/microsoft.insights/metrics", version=VERSION)
    assert answer["timespan"] == "2026-11-15T23:00:00Z/2026-11-16T00:00:00Z"
    assert len(data(answer)) == 60
    network = ask(caller, names="Network In Total")
    assert set(data(network)[0]) == {"timeStamp", "total"}


def test_nothing_is_known_of_the_future_or_before_the_retention(caller, world):
    points = data(ask(caller, span="2026-11-15T22:00:00Z/2026-11-16T09:00:00Z"))
    assert [point["timeStamp"] for point in points] == ["2026-11-15T22:00:00Z", "2026-11-15T23:00:00Z"]
    old = world.now - timedelta(days=120)
    points = data(ask(caller, span=f"{old:%Y-%m-%dT%H:%M:%SZ}/2026-11-16T00:00:00Z", interval="P1D"))
    assert len(points) == 93
    past = ask(caller, span="2026-01-01T00:00:00Z/2026-01-02T00:00:00Z")
    assert data(past) == []


def test_the_interval_that_is_under_way_counts_its_minutes_so_far(caller):
    caller.advance(9 * 60 + 20)
    (day,) = data(
        ask(caller, OFFICE, "2026-11-16T00:00:00Z/2026-11-16T09:20:00Z", "P1D", aggregation="Count")
    )
    assert day["count"] == 80


def test_two_worlds_of_one_seed_measure_the_same_and_vms_differ(caller, folder):
    first = ask(caller)
    other = World.demo(folder=folder)
    path = f"/arm{STEADY}/providers/Microsoft.Insights/metrics"
    form = {
        "grant_type": "refresh_token",
        "refresh_token": "x",
        "scope": "https://management.azure.com/.default",
    }
    client = create_app(other, "x").test_client()
    token = client.post("/login/t/oauth2/v2.0/token", data=form).get_json()["access_token"]
    query = {"timespan": DAY, "interval": "PT1H", "metricnames": CPU, "api-version": VERSION}
    answer = client.get(path, query_string=query, headers={"Authorization": f"Bearer {token}"})
    assert json.loads(answer.data) == first
    twin = f"/subscriptions/{ADA_AZURE_TWO}/resourceGroups/rg-b/providers/Microsoft.Compute/virtualMachines/vm-b1"
    assert data(ask(caller, twin)) != data(first)


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"names": "Percentage GPU"}, "Valid metrics: Percentage CPU"),
        ({"interval": "PT3M"}, "PT1M,PT5M"),
        ({"span": "2026-11-14T00:00:00Z"}, "slash"),
        ({"span": "yesterday/2026-11-14"}, "The begin of timespan 'yesterday'"),
        ({"span": "2026-11-14/2026-13-14"}, "The end of timespan"),
        ({"span": "2026-11-15/2026-11-14"}, "must begin before it ends"),
        ({"aggregation": "Average,Median"}, "no aggregation 'median'"),
        ({"names": ","}, "from 1 to 20 names"),
        ({"span": "2026-08-16/2026-11-15", "interval": "PT1M"}, "more than 43200 points"),
        ({"metricnamespace": "Other"}, "metric namespace 'Other'"),
        ({"$filter": "LUN eq '0'"}, "$filter must be left out"),
        ({"resultType": "metadata"}, "resultType data"),
    ],
)
def test_a_wrong_question_is_refused_and_says_why(caller, more, named):
    words = {
        "timespan": more.pop("span", DAY),
        "metricnames": more.pop("names", CPU),
        "interval": "PT1H",
    } | more
    text = "&".join(f"{name}={quote(value)}" for name, value in words.items())
    path = f"{STEADY}/providers/Microsoft.Insights/metrics?{text}"
    assert refused(caller, "GET", path, version=VERSION) == (400, "BadRequest")
    answer = caller.call(
        "GET", f"{path}&api-version={VERSION}", audience="https://management.azure.com", prefix="/arm"
    )
    assert named in answer.get_json()["error"]["message"]


def test_an_odd_grain_is_adjusted_on_request(caller):
    answer = ask(caller, interval="PT3M", AutoAdjustTimegrain="true", span="2026-11-01/2026-11-15")
    assert (answer["interval"], len(data(answer))) == ("PT1H", 14 * 24)


def test_an_unknown_vm_has_no_metrics(caller):
    path = f"{GROUP}/vm-none/providers/Microsoft.Insights/metrics"
    assert refused(caller, "GET", path, version=VERSION) == (404, "ResourceNotFound")


def test_the_metrics_of_a_vm_are_defined(caller):
    listed = get(caller, f"{STEADY}/providers/Microsoft.Insights/metricDefinitions", version=VERSION)["value"]
    assert [one["name"]["value"] for one in listed] == [one.name for one in METRICS]
    assert {one["retention"] for one in listed[0]["metricAvailabilities"]} == {"P93D"}
    assert [one["timeGrain"] for one in listed[0]["metricAvailabilities"]] == list(GRAINS)
