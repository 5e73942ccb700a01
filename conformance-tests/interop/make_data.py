"""Writes the rows of `rows.py` as Parquet files into a folder; runs under the Feast interpreter (needs pyarrow)."""

import argparse
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from rows import BY_NAME, VIEWS, View

SIMPLE = {
    "int32": pa.int32(), "int64": pa.int64(), "float": pa.float32(), "double": pa.float64(), "bool": pa.bool_(), "string": pa.string(),
    "binary": pa.binary(), "timestamp": pa.timestamp("us", tz="UTC"), "decimal": pa.decimal128(12, 3),
}  # fmt: skip


def arrow_type(spec) -> pa.DataType:
    if isinstance(spec, dict):
        return pa.struct([(name, arrow_type(inner)) for name, inner in spec.items()])
    if spec.startswith("list<"):
        return pa.list_(arrow_type(spec[len("list<") : -1]))
    if spec.startswith("timestamp["):
        return pa.timestamp("us", tz=spec[len("timestamp[") : -1])
    return SIMPLE[spec]


def column(rows: list, name: str, spec) -> pa.Array:
    cells = [row.get(name) for row in rows]
    if spec == "decimal":
        cells = [None if cell is None else Decimal(cell) for cell in cells]
    return pa.array(cells, arrow_type(spec))


def write(view: View, folder: Path) -> None:
    specs = {"event_timestamp": "timestamp", **({"created": "timestamp"} if view.created else {}), **view.keys}
    specs |= {name: spec for name, (_, spec) in view.features.items()}
    in_file = {renamed: name for name, renamed in view.renamed.items()}
    table = pa.table({in_file.get(name, name): column(view.rows, name, spec) for name, spec in specs.items()})
    pq.write_table(table, folder / f"{view.name}.parquet", row_group_size=3)


def add_driver_row(event_timestamp: str, trips: str) -> None:
    event = datetime.fromisoformat(event_timestamp).replace(tzinfo=timezone.utc)
    row = dict(event_timestamp=event, created=event, driver_id=1001, conv_rate=0.5, acc_rate=0.5, avg_daily_trips=int(trips))
    BY_NAME["driver_stats"].rows.append(row)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--driver-1001", nargs=2, metavar=("EVENT_TIMESTAMP", "TRIPS"), help="one more row in driver_stats")
    arguments = parser.parse_args()
    if arguments.driver_1001:
        add_driver_row(*arguments.driver_1001)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for view in VIEWS:
        if not view.file:
            write(view, arguments.folder)
