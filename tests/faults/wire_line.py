"""A line on which every answer is written by the test: bodies, pages, tokens, and a clock that waits do not need."""

from __future__ import annotations

import itertools
import json
import random
import threading

import httpx

from bespeak.clients.partner_center import customers
from bespeak.clients.secret import Secret
from bespeak.clients.transport import Transport

CUSTOMER = "1f0c8e52-7b3d-4a86-9d11-5e2a7c40b9f3"
CART = "e97b2d30-46a1-4c55-9a7f-08d2f61b3c4e"
READ = customers.get_customer(CUSTOMER)
LIST = customers.list_customers()
NEXT = "/customers?seekOperation=Next"
MOMENT = "Mon, 16 Nov 2026 10:00:00 GMT"


class Stream(httpx.SyncByteStream):
    """A body of parts; a part that is an exception is raised, one that is a function is called."""

    def __init__(self, *parts):
        self.parts = parts

    def __iter__(self):
        for part in self.parts:
            if isinstance(part, Exception):
                raise part
            yield part() if callable(part) else part


def answer(told=None, status=200, *, parts=None, **headers):
    named = {"Content-Type": "application/json"} | {k.replace("_", "-"): v for k, v in headers.items()}
    body = parts if parts is not None else (b"" if told is None else json.dumps(told).encode(),)
    return lambda: httpx.Response(status, headers=named, stream=Stream(*body))


def page(*ids, token="", uri=NEXT, **more):
    told = {"totalCount": len(ids), "items": [{"id": one} for one in ids]} | more
    if token:
        headers = [{"key": "MS-ContinuationToken", "value": token}]
        told["links"] = {"next": {"uri": uri, "method": "GET", "headers": headers}}
    return answer(told)


class Tokens:
    def token(self, _service, _door, _tenant=""):
        return Secret("canary-token")

    def forget(self, _service, _token):
        """Keeps it."""


class Line:
    """One answer after the other, the last one repeated; notes requests and waits."""

    def __init__(self):
        self.requests, self.waits, self.time, self.script = [], [], 0.0, []
        self.lock = threading.Lock()

    def handle(self, request):
        with self.lock:
            self.requests.append(request)
            step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        told = step(request) if isinstance(step, Told) else step
        if isinstance(told, Exception):
            raise told
        return told() if callable(told) else told

    def sleep(self, seconds):
        self.waits.append(seconds)
        self.time += seconds

    def door(self, *script, **more):
        self.script = list(script)
        bases = {
            name: f"https://{name.replace('_', '-')}.example" for name in ("login", "partner_center", "arm")
        }
        ids = itertools.count(1)
        wishes = {"sleep": self.sleep, "clock": lambda: self.time, "rng": random.Random(7)}
        wishes |= {"new_id": lambda: f"id-{next(ids)}"}
        tokens = more.pop("tokens", Tokens())
        http = httpx.Client(transport=httpx.MockTransport(self.handle))
        return Transport(bases, tokens, http, **(wishes | more))


class Told:
    """A step that looks at the request."""

    def __init__(self, tell):
        self.tell = tell

    def __call__(self, request):
        return self.tell(request)


def throttled(**headers):
    return answer({"statusCode": 429, "message": "x"}, 429, **headers)


GOOD = answer({"id": "a"})
