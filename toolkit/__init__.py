"""The source root of the ``bespeak`` package, and the home of ``python3 -m toolkit``."""
