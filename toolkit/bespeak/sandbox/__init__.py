"""A stateful Partner Center, token endpoint, price host and Azure of invented customers, over HTTP.

Imports nothing else of this project: client and sandbox meet over HTTP and the sample data only.
"""

from bespeak.sandbox.clock import START
from bespeak.sandbox.http.app import create_app
from bespeak.sandbox.server import serve
from bespeak.sandbox.staging import scenario_world
from bespeak.sandbox.world import World

__all__ = ["START", "World", "create_app", "scenario_world", "serve"]
