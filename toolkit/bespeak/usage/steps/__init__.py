"""The table steps of usage, each written once for pandas, DuckDB and Spark.

A step takes and gives a narwhals frame, eager or lazy; nothing runs before the frame is collected. All that must be
the same on every engine counts in whole millionths, so a sum does not depend on the order of its parts. Rows come in
no order; sort what is shown or written.
"""

from bespeak.usage.steps.hourly import hourly

__all__ = ["hourly"]
