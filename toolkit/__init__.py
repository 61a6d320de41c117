"""The source root of the ``bespeak`` package, and the home of ``python3 -m toolkit``.

Nothing but the standard library may be imported here, and the lines below must stay readable for any Python:
this file is run first, so that an old one is told in words what is needed.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  an older Python does get here, and only here
    sys.exit(
        "bespeak needs Python 3.11 or newer; this is Python %d.%d (%s). "  # noqa: UP031  no f-strings in old ones
        "Install a newer one and start again with it, for example: python3.11 -m toolkit lab"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )
