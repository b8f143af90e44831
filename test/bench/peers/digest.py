"""Says in a few numbers what Parquet files hold, so that those of different engines can be compared.

    python3 digest.py < {"NAME": ["FILE", ...], ...}

Prints {"NAME": {"groups", "events", "digest", "sorted", "codecs", "bytes", "example"}} as JSON. Sums are compared as whole
numbers of 1e-4, the precision of the input, so that the order in which an engine adds cannot show. The digest does not
depend on the order of rows; `sorted` says whether they are in order of the four group keys, nulls first. `example` names a
row that only this engine or only the first one has, or is null.
"""

import json
import os
import sys

import duckdb

KEYS = "t, publisher_id, country, device"
# A zoned time, a plain one, or whole milliseconds: all as milliseconds.
TIME = {"BIGINT": "__time", "INTEGER": "__time::BIGINT * 1000"}

connection = duckdb.connect(":memory:")
connection.execute("SET TimeZone = 'UTC'")
connection.execute("SET enable_progress_bar = false")


def load(table: str, files: list[str]) -> None:
    """Row by row as they stand in the files, with plain types."""
    listed = ", ".join(f"'{file}'" for file in sorted(files))
    source = f"read_parquet([{listed}], file_row_number = true, filename = true)"
    [time_type] = connection.execute(f"SELECT typeof(__time) FROM {source} LIMIT 1").fetchone() or ["BIGINT"]
    time = TIME.get(time_type, "epoch_ms(__time)")
    connection.execute(
        f"""CREATE OR REPLACE TABLE {table} AS
        SELECT {time}::BIGINT AS t, publisher_id::VARCHAR AS publisher_id, country::VARCHAR AS country,
          device::VARCHAR AS device, events::BIGINT AS events, round(bid * 10000)::BIGINT AS bid,
          round(win * 10000)::BIGINT AS win, best_latency::BIGINT AS best_latency, worst_latency::BIGINT AS worst_latency,
          filename AS file, file_row_number AS row
        FROM {source}"""
    )


ROW = f"{KEYS}, events, bid, win, best_latency, worst_latency"


def digest(table: str) -> dict:
    groups, events, checksum = connection.execute(
        f"SELECT count(*), sum(events)::BIGINT, sum(hash({ROW})::HUGEINT) FROM {table}"
    ).fetchone()
    return {"groups": groups, "events": events, "digest": f"{groups}:{checksum}"}


def is_sorted(table: str) -> bool:
    nulls_first = ", ".join(f"{key} IS NOT NULL, coalesce({key}, '')" for key in ("publisher_id", "country", "device"))
    [unsorted] = connection.execute(
        f"""SELECT count(*) FROM (
          SELECT row(t, {nulls_first}) AS key, lag(row(t, {nulls_first})) OVER (ORDER BY file, row) AS before FROM {table}
        ) WHERE key < before"""
    ).fetchone()
    return unsorted == 0


def codecs(files: list[str]) -> list[str]:
    listed = ", ".join(f"'{file}'" for file in files)
    rows = connection.execute(f"SELECT DISTINCT compression FROM parquet_metadata([{listed}]) ORDER BY 1").fetchall()
    return [codec for [codec] in rows]


def example(table: str) -> str | None:
    for word, left, right in (("has", table, "first_table"), ("lacks", "first_table", table)):
        only_left = f"(SELECT {ROW} FROM {left} EXCEPT SELECT {ROW} FROM {right}) ORDER BY ALL LIMIT 1"
        row = connection.execute(only_left).fetchone()
        if row is not None:
            return f"{word} {row}"
    return None


results = {}
for number, (name, files) in enumerate(json.load(sys.stdin).items()):
    table = "first_table" if number == 0 else "other_table"
    load(table, files)
    results[name] = {
        **digest(table),
        "sorted": is_sorted(table),
        "codecs": codecs(files),
        "bytes": sum(os.path.getsize(file) for file in files),
        "example": None if number == 0 else example(table),
    }
print(json.dumps(results))
