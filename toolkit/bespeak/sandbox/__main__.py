"""``python -m bespeak.sandbox [--port P] [--seed N]``."""

import sys

from bespeak.sandbox.server import main

sys.exit(main(sys.argv[1:]))
