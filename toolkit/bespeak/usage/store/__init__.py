"""The usage store: deliveries as received, and Parquet tables by customer and month with DuckDB over them."""

from bespeak.usage.store.delivery import SOURCES, Added, Built, Delivery
from bespeak.usage.store.store import UsageStore, usage_store

__all__ = ["SOURCES", "Added", "Built", "Delivery", "UsageStore", "usage_store"]
