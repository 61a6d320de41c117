"""``python -m bespeak.sandbox [--port P] [--seed N]``, or with ``openapi`` or ``coverage`` before a file name."""

import sys

from bespeak.sandbox import server
from bespeak.sandbox.described import command

arguments = sys.argv[1:]
about_itself = bool(arguments) and arguments[0] in command.COMMANDS
sys.exit((command.main if about_itself else server.main)(arguments))
