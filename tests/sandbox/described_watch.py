"""Holds every answer that any test of the sandbox gets to the description: its status, its content type, its body."""

from __future__ import annotations

import json
import re
from copy import deepcopy

import jsonschema_rs

from bespeak.sandbox.described import command
from bespeak.sandbox.described.openapi import described

_MARK = b"\xef\xbb\xbf"
#: Said by the sandbox itself of what it does not do, and what gateways say in between.
STATED = (501, 502, 503, 504)


class Watch:
    """A WSGI layer around the application that notes each answer outside of the description in ``strange``.

    Answers of a fault that was asked for are left out: they are wrong on purpose.
    """

    def __init__(self, inner, world) -> None:
        self._inner = inner
        self._world = world
        self._document = json.loads(json.dumps(described(command.served())))
        self._places = [
            (re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path.lower())) + r"\Z"), methods)
            for path, methods in sorted(self._document["paths"].items(), key=lambda one: one[0].count("{"))
        ]
        self._validators: dict[str, jsonschema_rs.Validator] = {}
        self.strange: list[str] = []
        self.seen = 0

    @property
    def _sleep(self):
        return self._inner._sleep

    @_sleep.setter
    def _sleep(self, sleep) -> None:
        self._inner._sleep = sleep

    def __call__(self, environ, start_response):
        """Lets one request through and looks at what comes back."""
        before = deepcopy(self._world.state.faults)
        head = []

        def begin(status, headers, *rest):
            head[:] = [status, headers]
            return start_response(status, headers, *rest)

        method, path = environ["REQUEST_METHOD"], str(environ["PATH_INFO"])
        body = b"".join(self._inner(environ, begin))
        if before == self._world.state.faults or path.startswith("/control"):
            self._judge(method, path, int(head[0][:3]), dict(head[1]), body)
        return [body]

    def _judge(self, method: str, path: str, status: int, headers: dict[str, str], body: bytes) -> None:
        found = next((methods for place, methods in self._places if place.match(path.lower())), {})
        operation = found.get(method.lower())
        if operation is None or "x-undocumented" in operation or status in STATED:
            return
        self.seen += 1
        answer = operation["responses"].get(str(status))
        what = f"{operation['operationId']} answers {status}"
        if answer is None:
            self.strange.append(f"{what}: {body[:200]!r}")
            return
        content, kind = answer.get("content", {}), headers.get("Content-Type", "").partition(";")[0]
        if bool(content) != bool(body) or (content and kind not in content):
            self.strange.append(
                f"{what} with {kind or 'no body'}, not {list(content) or 'none'}: {body[:80]!r}"
            )
        elif kind == "application/json":
            self._judge_body(what, content[kind]["schema"], body)

    def _judge_body(self, what: str, schema: dict, body: bytes) -> None:
        validator = self._validator(schema)
        for error in validator.iter_errors(json.loads(body.removeprefix(_MARK))):
            self.strange.append(f"{what}: {'/'.join(map(str, error.instance_path))}: {error.message[:300]}")
            return

    def _validator(self, schema: dict) -> jsonschema_rs.Validator:
        key = json.dumps(schema)
        if key not in self._validators:
            whole = schema | {"components": self._document["components"]}
            self._validators[key] = jsonschema_rs.Draft202012Validator(whole)
        return self._validators[key]
