"""The tables of a tiny invented world, and a caller that signs in and reads what comes back."""

import gzip
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask.testing import FlaskClient

from bespeak.sandbox import World

TOKEN = "world-token"
PARTNER = "https://api.partnercenter.microsoft.com"
PRICES = "https://api.partner.microsoft.com"
ARM = "https://management.azure.com"

ADA = "aaaaaaaa-0000-4000-8000-000000000001"  # legacy, agreed, registered, two subscriptions
BOB = "bbbbbbbb-0000-4000-8000-000000000002"  # Azure plan with two Azure subscriptions, agreed, registered
CYD = "cccccccc-0000-4000-8000-000000000003"  # Azure plan, no agreement, not registered
DOT = "dddddddd-0000-4000-8000-000000000004"  # nothing at all, in Greenland
ADA_ONE, ADA_TWO = "aaaaaaaa-1111-4000-8000-000000000001", "aaaaaaaa-1111-4000-8000-000000000002"
ADA_AZURE_ONE, ADA_AZURE_TWO = "aaaaaaaa-2222-4000-8000-000000000001", "aaaaaaaa-2222-4000-8000-000000000002"
BOB_PLAN = "bbbbbbbb-1111-4000-8000-000000000001"
BOB_AZURE_ONE, BOB_AZURE_TWO = "bbbbbbbb-2222-4000-8000-000000000001", "bbbbbbbb-2222-4000-8000-000000000002"
CYD_PLAN, CYD_AZURE = "cccccccc-1111-4000-8000-000000000001", "cccccccc-2222-4000-8000-000000000001"

CUSTOMERS = f"""customer_id,name,domain,country,kind,agreement,story
{ADA},Ada Ltd,ada.example.com,US,legacy,yes,
{BOB},Bob & Söhne,bob.example.com,US,azure_plan,yes,
{CYD},Cyd Inc,cyd.example.com,US,azure_plan,no,
{DOT},Dot AS,dot.example.com,GL,none,yes,
"""
SUBSCRIPTIONS = f"""customer_id,subscription_id,azure_subscription_id,name,registered
{ADA},{ADA_ONE},{ADA_AZURE_ONE},Ada one,yes
{ADA},{ADA_TWO},{ADA_AZURE_TWO},Ada two,yes
{BOB},{BOB_PLAN},{BOB_AZURE_ONE},Bob one,yes
{BOB},{BOB_PLAN},{BOB_AZURE_TWO},Bob two,yes
{CYD},{CYD_PLAN},{CYD_AZURE},Cyd,no
"""
MACHINES = f"""azure_subscription_id,series_id,rank,vm,resource_group,size,os,region
{ADA_AZURE_ONE},steady,1,vm-a1,rg-a,Standard_D2s_v5,Linux,polandcentral
{ADA_AZURE_ONE},steady,2,vm-a2,rg-a,Standard_D4s_v5,Linux,polandcentral
{ADA_AZURE_ONE},office,1,vm-w1,rg-a,Standard_D2s_v5,Windows,polandcentral
{ADA_AZURE_TWO},steady,1,vm-b1,rg-b,Standard_D2s_v5,Linux,polandcentral
{ADA_AZURE_TWO},steady,1,vm-x1,rg-b,Standard_X1_v9,Linux,polandcentral
{BOB_AZURE_ONE},steady,1,vm-p1,rg-p,Standard_D2s_v5,Linux,polandcentral
{BOB_AZURE_ONE},office,1,vm-p2,rg-p,Standard_D2s_v5,Windows,polandcentral
{BOB_AZURE_TWO},steady,2,vm-q1,rg-q,Standard_D4s_v5,Linux,polandcentral
"""
SIZES = """size,series,quota_family,vcpus,memory_gib,cpu_architecture,group,ratio,ratio_source,as_of
Standard_D2s_v5,Dsv5,f,2,8,x64,DSv5 Series,1,t,2026-08-01
Standard_D4s_v5,Dsv5,f,4,16,x64,DSv5 Series,2,t,2026-08-01
Standard_D96s_v5,Dsv5,f,96,384,x64,DSv5 Series,48,t,2026-08-01
Standard_D2s_v3,Dsv3,f,2,8,x64,DSv3 Series,1,t,2026-08-01
Standard_DS1_v2,Dsv2,f,1,3.5,x64,DSv2 Series,1,t,2026-08-01
Standard_N1_v7,Nv7,f,1,4,x64,,,,2026-08-01
"""
PRICES_TABLE = """region,size,os,currency,payg_per_hour,reservation_1y_total,reservation_3y_total,\
savings_plan_1y_per_hour,savings_plan_3y_per_hour,as_of
polandcentral,Standard_D2s_v5,Linux,USD,0.1152,595,1150,0.08,0.06,2026-01-26
polandcentral,Standard_D2s_v5,Windows,USD,0.2072,1401,3568,0.17,0.15,2026-01-26
polandcentral,Standard_D4s_v5,Linux,USD,0.2304,1190,2301,0.16,0.12,2026-01-26
polandcentral,Standard_D96s_v5,Linux,USD,5.5296,28560,55224,3.9,2.9,2026-01-26
polandcentral,Standard_D2s_v3,Linux,USD,0.12,600,1200,0.08,0.06,2026-01-26
polandcentral,Standard_DS1_v2,Linux,USD,0.073,350,700,0.05,0.04,2026-01-26
polandcentral,Standard_N1_v7,Linux,USD,0.05,,,0.04,0.03,2026-01-26
"""
METER_NAMES = ("D2s v5", "D4s v5", "D96s v5", "D2/D2s v3", "D1 v2/DS1 v2", "N1 v7")
METERED = ("D2s_v5", "D4s_v5", "D96s_v5", "D2s_v3", "DS1_v2", "N1_v7")
METERS = "region,size,meter_id,meter_name,meter_subcategory,reservation_meter_id\n" + "".join(
    f"polandcentral,Standard_{size},11111111-0000-4000-8000-00000000000{n},{name},"
    f"{name[0]}s{name.split()[-1]} Series,22222222-0000-4000-8000-00000000000{n}\n"
    for n, (size, name) in enumerate(zip(METERED, METER_NAMES, strict=True), 1)
)
REGIONS = (
    "region,display_name,geography_group,billing_region\npolandcentral,Poland Central,Europe,PL Central\n"
)
MARKETS = (
    "country,name,csp_region,currency\nUS,United States,us,USD\nDE,Germany,eu,EUR\nGL,Greenland,eu,DKK\n"
)


def demand() -> str:
    """Steady: 2 in every hour. Office: 1 from 8 to 18 o'clock."""
    first = datetime(2026, 7, 1, tzinfo=UTC)
    lines = ["hour,steady,office"]
    for hour in range(24 * 300):
        now = first + timedelta(hours=hour)
        lines.append(f"{now:%Y-%m-%dT%HZ},2,{int(8 <= now.hour < 18)}")
    return "\n".join(lines) + "\n"


def write(root: Path) -> Path:
    """Writes the tables into a folder that is laid out like the sample data; gives the folder."""
    demo = {"customers": CUSTOMERS, "subscriptions": SUBSCRIPTIONS, "machines": MACHINES}
    demo |= {"prices": PRICES_TABLE, "meters": METERS}
    for place, group in (
        ("demo", demo),
        ("reference", {"sizes": SIZES, "regions": REGIONS, "markets": MARKETS}),
    ):
        (root / place).mkdir()
        for name, text in group.items():
            (root / place / f"{name}.csv").write_text(text, encoding="utf-8")
    with gzip.open(root / "demo" / "demand.csv.gz", "wt", encoding="ascii") as file:
        file.write(demand())
    return root


@dataclass
class Caller:
    """Calls the application as a client would; ``read`` wants the mark and gives the JSON."""

    world: World
    client: FlaskClient
    clock: list[float]
    waits: list[float]
    tokens: dict[tuple[str, bool], str] = field(default_factory=dict)

    def token(self, audience=PARTNER, *, user=True, mfa=True):
        key = (f"{audience}{mfa}", user)
        if key not in self.tokens:
            secret = TOKEN if mfa else f"{TOKEN}.without-mfa"
            form = {"grant_type": "refresh_token", "refresh_token": secret}
            if not user:
                form = {"grant_type": "client_credentials", "client_secret": TOKEN, "client_id": "app"}
            answer = self.client.post(
                "/login/t/oauth2/v2.0/token", data=form | {"scope": f"{audience}/.default"}
            )
            self.tokens[key] = answer.get_json()["access_token"]
        return self.tokens[key]

    def call(
        self, method, path, body=None, *, headers=None, user=True, audience=PARTNER, prefix="/partner_center"
    ):
        sent = {"Authorization": f"Bearer {self.token(audience, user=user)}"} | (headers or {})
        return self.client.open(prefix + path, method=method, json=body, headers=sent)

    def get(self, path, **more):
        return read(self.call("GET", path, **more), 200)

    def post(self, path, body=None, status=201, **more):
        return read(self.call("POST", path, body, **more), status)

    def error(self, method, path, body=None, **more):
        answer = self.call(method, path, body, **more)
        assert not answer.data.startswith(b"\xef\xbb\xbf")
        return answer.status_code, json.loads(answer.data)["code"]

    def control(self, method, path, body=None):
        return self.client.open(
            f"/control{path}", method=method, json=body, headers={"Authorization": f"Bearer {TOKEN}"}
        )

    def advance(self, minutes):
        answer = self.control("POST", "/clock", {"advance_minutes": minutes})
        assert answer.status_code == 200, answer.text
        return answer.get_json()["date"]

    def pages(self, path):
        """All items of a list, page by page, following the links as the vendor's own client does."""
        items, headers = [], {}
        while path:
            body = self.get(path, headers=headers)
            assert body["totalCount"] == len(body["items"])
            items.append(body["items"])
            following = body["links"].get("next")
            path = following and "/v1/" + following["uri"].removeprefix("/v1/").lstrip("/")
            headers = {h["key"]: h["value"] for h in following["headers"]} if following else {}
        return items


def read(answer, status):
    assert answer.status_code == status, answer.text
    return json.loads(answer.data.decode("utf-8-sig")) if answer.data else None
