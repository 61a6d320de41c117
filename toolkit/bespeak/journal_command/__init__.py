"""``bespeak journal``: what was bought and what is open; list, verify, recover, settle. It never buys.

``list``, ``show`` and ``verify`` read the files of this user alone. The others need a session with the world.
"""

from bespeak.journal_command.command import main

__all__ = ["main"]
