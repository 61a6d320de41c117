"""Who the partner of the sandbox is, as bills print it; all of it invented."""

from __future__ import annotations

NAME = "Sandbox Partner"
#: Its number in the partner network.
MPN_ID = "6123457"
#: Microsoft as a publisher.
PUBLISHER_ID = "72f9d3a0"
