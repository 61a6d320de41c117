"""DuckDB over the files of a store: it reads the folder of the store and nothing else, and never the network."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd
import pyarrow as pa

from bespeak.usage.store import files

#: What DuckDB may hold in memory before it goes to the disk.
MEMORY = "1000MB"


class Engine:
    """One database in memory for a store, and a cursor for each thread."""

    def __init__(self, home: Path, threads: int | None, memory: str = MEMORY) -> None:
        self._home, self._threads, self._memory = home, threads, memory
        self._own = threading.local()
        self._lock = threading.Lock()
        self._database: duckdb.DuckDBPyConnection | None = None

    @property
    def cursor(self) -> duckdb.DuckDBPyConnection:
        """The cursor of this thread."""
        if not hasattr(self._own, "cursor"):
            with self._lock:
                self._database = self._database or self._opened()
                self._own.cursor = self._database.cursor()
        found: duckdb.DuckDBPyConnection = self._own.cursor
        return found

    def _opened(self) -> duckdb.DuckDBPyConnection:
        spill = files.private_folder(self._home / "spill")
        config: dict[str, Any] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": self._memory,
            "temp_directory": str(spill),
        }
        if self._threads:
            config["threads"] = self._threads
        database = duckdb.connect(":memory:", config=config)
        database.execute("SET preserve_insertion_order = false")
        place = str(self._home).replace("'", "''")
        database.execute(f"SET allowed_directories = ['{place}']")
        database.execute("SET enable_external_access = false")
        database.execute("SET lock_configuration = true")
        return database

    def parquet(self, paths: Sequence[Path], schema: pa.Schema) -> nw.LazyFrame[Any]:
        """The rows of these files; none for no files."""
        if not paths:
            return self.beside(schema.empty_table())
        listed = [str(path) for path in paths]
        relation = self.cursor.from_parquet(listed, hive_partitioning=False, union_by_name=False)
        return nw.from_native(relation).lazy()

    def beside(self, table: pa.Table | pd.DataFrame) -> nw.LazyFrame[Any]:
        """A table in memory as a frame that can be joined to those of the store."""
        told = table if isinstance(table, pa.Table) else pa.Table.from_pandas(table, preserve_index=False)
        return nw.from_native(self.cursor.from_arrow(told)).lazy()
