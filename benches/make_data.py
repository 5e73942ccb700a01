"""Parquet inputs for the benchmarks, the same bytes for the same arguments; runs under a Python that has pyarrow.

    make_data.py views  --out DIR [--views 3] [--rows 100000] [--features 10]     one file per view, a row per user
    make_data.py events --out FILE [--rows 20000000] [--keys 5000000]             many rows per key, in random order

Written row group by row group: memory does not grow with the number of rows.
"""

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SECOND = 1_000_000  # in microseconds, the unit of every timestamp here
START = 1_767_225_600 * SECOND  # 2026-01-01T00:00:00Z
SPAN = 10 * 24 * 3600 * SECOND
TIMESTAMP = pa.timestamp("us", tz="UTC")


def float_columns(random: np.random.Generator, rows: int, features: int, prefix: str) -> dict:
    return {f"{prefix}{index}": pa.array(random.random(rows, dtype=np.float32)) for index in range(features)}


def write(path: Path, row_groups) -> None:
    """Writes an iterator of tables, each one row group."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = None
    for table in row_groups:
        writer = writer or pq.ParquetWriter(path, table.schema, compression="snappy")
        writer.write_table(table)
    if writer:
        writer.close()


def sizes(rows: int, row_group: int):
    for start in range(0, rows, row_group):
        yield start, min(row_group, rows - start)


def view_tables(view: int, rows: int, features: int, row_group: int, seed: int):
    """user_id 0..rows in file order, event_timestamp, `features` float32 columns named as in `view_<n>`."""
    random = np.random.default_rng([seed, view])
    for start, count in sizes(rows, row_group):
        yield pa.table({
            "user_id": pa.array(np.arange(start, start + count, dtype=np.int64)),
            "event_timestamp": pa.array(START + random.integers(0, SPAN, count), TIMESTAMP),
            **float_columns(random, count, features, f"v{view}_f"),
        })  # fmt: skip


def event_tables(rows: int, keys: int, features: int, row_group: int, seed: int):
    """Random keys below `keys`, random event times, `created` up to an hour later."""
    random = np.random.default_rng(seed)
    for _, count in sizes(rows, row_group):
        event = START + random.integers(0, SPAN, count)
        yield pa.table({
            "user_id": pa.array(random.integers(0, keys, count)),
            "event_timestamp": pa.array(event, TIMESTAMP),
            "created": pa.array(event + random.integers(0, 3600 * SECOND, count), TIMESTAMP),
            **float_columns(random, count, features, "f"),
        })  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(dest="kind", required=True)
    views = kinds.add_parser("views", help="one file per view, a row per user")
    views.add_argument("--views", type=int, default=3)
    views.add_argument("--rows", type=int, default=100_000)
    views.add_argument("--features", type=int, default=10)
    events = kinds.add_parser("events", help="many rows per key, in random order")
    events.add_argument("--rows", type=int, default=20_000_000)
    events.add_argument("--keys", type=int, default=5_000_000)
    events.add_argument("--features", type=int, default=3)
    for kind, what in ((views, "folder for view_0.parquet, view_1.parquet, …"), (events, "file to write")):
        kind.add_argument("--out", type=Path, required=True, help=what)
        kind.add_argument("--row-group", type=int, default=100_000, help="rows per row group (default: %(default)s)")
        kind.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    if arguments.kind == "views":
        for view in range(arguments.views):
            tables = view_tables(view, arguments.rows, arguments.features, arguments.row_group, arguments.seed)
            write(arguments.out / f"view_{view}.parquet", tables)
    else:
        write(arguments.out, event_tables(arguments.rows, arguments.keys, arguments.features, arguments.row_group, arguments.seed))


if __name__ == "__main__":
    main()
