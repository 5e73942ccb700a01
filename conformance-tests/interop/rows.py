"""The rows both sides materialize, and what reading them back must answer.

Every value type that Feast 0.67 can take from Parquet is here, each with a null, and a few rows that a store gets wrong
easily: ties on the event time, fractions of a second, negative and non-ASCII keys, numbers beyond 2^53.
Standard library only: `make_data.py` turns the rows into Parquet, `run.py` computes the expected answers from them.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

START = datetime(2026, 1, 10, tzinfo=timezone.utc)
WINDOW = ("2026-01-01T00:00:00", "2026-01-11T00:00:00")
INSTANT = datetime(2023, 11, 14, 22, 13, 20, 999999, tzinfo=timezone.utc)
BEFORE_1970 = datetime(1969, 12, 31, 23, 59, 58, 500000, tzinfo=timezone.utc)
LAST_OF_1969 = datetime(1969, 12, 31, 23, 59, 59, tzinfo=timezone.utc)
UUID = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
BEYOND_DOUBLE = 2**53 + 1


def at(hours: int, microseconds: int = 0) -> datetime:
    return START + timedelta(hours=hours, microseconds=microseconds)


@dataclass
class View:
    """One feature view: `features` maps a name to (Feast type, Arrow type of its Parquet column)."""

    name: str
    keys: dict  # join key -> Arrow type
    features: dict
    rows: list
    file: str = ""
    created: bool = False
    renamed: dict = field(default_factory=dict)  # column in the file -> name in the view
    larder_only: bool = False  # Feast 0.67 cannot materialize it, only read it

    def newest(self) -> dict:
        """Key values -> the row that must be served: newest event, then newest created."""
        best: dict = {}
        for row in self.rows:
            key = tuple(row[name] for name in self.keys)
            rank = (row["event_timestamp"], row.get("created", START))
            if key not in best or rank > best[key][0]:
                best[key] = (rank, row)
        return {key: row for key, (_, row) in best.items()}


def _column_rows(names, *rows, keys=("customer_id",)):
    """Rows written as tuples: event time, keys, then one value per feature; a short row is filled with nulls."""
    table = []
    for event_timestamp, *cells in rows:
        cells += [None] * (len(keys) + len(names) - len(cells))
        table.append({"event_timestamp": event_timestamp, **dict(zip((*keys, *names), cells))})
    return table


CUSTOMER = {"customer_id": "string"}
DRIVER = {"driver_id": "int64"}
PROFILE = {"name": "string", "n": "int64"}

SCALARS = {
    "i32": ("Int32", "int32"), "i64": ("Int64", "int64"), "f32": ("Float32", "float"), "f64": ("Float64", "double"),
    "flag": ("Bool", "bool"), "text": ("String", "string"), "raw": ("Bytes", "binary"), "pdf": ("PdfBytes", "binary"),
    "image": ("ImageBytes", "binary"), "instant": ("UnixTimestamp", "timestamp"), "uuid": ("Uuid", "string"),
    "time_uuid": ("TimeUuid", "string"), "price": ("Decimal", "string"), "amount": ("Decimal", "decimal"),
    "doc": ("Json", "string"), "attributes": ("Map", "string"), "profile": ("Struct", PROFILE),
}  # fmt: skip
LISTS = {
    "l_i32": ("Array(Int32)", "list<int32>"), "l_i64": ("Array(Int64)", "list<int64>"),
    "l_f32": ("Array(Float32)", "list<float>"), "l_f64": ("Array(Float64)", "list<double>"),
    "l_bool": ("Array(Bool)", "list<bool>"), "l_text": ("Array(String)", "list<string>"),
    "l_raw": ("Array(Bytes)", "list<binary>"), "l_instant": ("Array(UnixTimestamp)", "list<timestamp>"),
    "l_uuid": ("Array(Uuid)", "list<string>"), "l_time_uuid": ("Array(TimeUuid)", "list<string>"),
    "l_price": ("Array(Decimal)", "list<string>"), "l_doc": ("Array(Json)", "list<string>"),
    "l_map": ("Array(Map)", "string"), "l_struct": ("Array(Struct)", "string"),
}  # fmt: skip
SETS = {
    "s_i32": ("Set(Int32)", "list<int32>"), "s_i64": ("Set(Int64)", "list<int64>"),
    "s_f32": ("Set(Float32)", "list<float>"), "s_f64": ("Set(Float64)", "list<double>"),
    "s_bool": ("Set(Bool)", "list<bool>"), "s_text": ("Set(String)", "list<string>"),
    "s_raw": ("Set(Bytes)", "list<binary>"), "s_instant": ("Set(UnixTimestamp)", "list<timestamp>"),
    "s_uuid": ("Set(Uuid)", "list<string>"), "s_time_uuid": ("Set(TimeUuid)", "list<string>"),
    "s_price": ("Set(Decimal)", "list<string>"),
}  # fmt: skip
NESTED = {
    "n_i32": ("Array(Array(Int32))", "list<list<int32>>"), "n_i64": ("Array(Array(Int64))", "list<list<int64>>"),
    "n_f32": ("Array(Array(Float32))", "list<list<float>>"), "n_f64": ("Array(Array(Float64))", "list<list<double>>"),
    "n_text": ("Array(Array(String))", "list<list<string>>"), "n_bool": ("Array(Array(Bool))", "list<list<bool>>"),
    "n_raw": ("Array(Array(Bytes))", "list<list<binary>>"), "n_deep": ("Array(Array(Array(Int64)))", "list<list<list<int64>>>"),
    "n_of_sets": ("Array(Set(Int64))", "list<list<int64>>"), "n_set": ("Set(Array(Int64))", "list<list<int64>>"),
}  # fmt: skip
EXACT = {
    "i64": ("Int64", "int64"), "l_i64": ("Array(Int64)", "list<int64>"), "profile": ("Struct", PROFILE),
    "attributes": ("Map", {"n": "int64", "inner": {"x": "double"}}), "flag": ("Bool", "bool"),
}  # fmt: skip
DRIVER_STATS = {"conv_rate": ("Float32", "float"), "acc_rate": ("Float32", "float"), "avg_daily_trips": ("Int64", "int64")}
LARDER_ONLY = {
    "zoned": ("ZonedTimestamp", "timestamp[Europe/Oslo]"), "vector": ("Array(Float32)", "list<double>"),
    "wide": ("Float64", "float"), "f64_from_int": ("Float64", "int32"),
}  # fmt: skip

VIEWS = [
    View("scalars", CUSTOMER, SCALARS, _column_rows(
        SCALARS,
        (at(0), "c1", -7, BEYOND_DOUBLE, 0.1, 0.1, True, "héllo", b"\x00\xff", b"%PDF", b"\x89PNG", INSTANT, UUID, UUID, "12.340", "12.340",
         '{"a": [1, 2, {"b": null}]}', '{"k": "v", "n": 1, "x": 1.5, "z": null, "l": [1, 2], "d": {"e": true}}', {"name": "n", "n": 5}),
        (at(0), "c2", 0, 0, 0.0, 0.0, False, "", b"", b"", b"", BEFORE_1970, UUID, UUID, "-0", "0.000", "null", "{}", {"name": None, "n": 0}),
        (at(0), "c3"),
        (at(0), "c-ü", -(2**31), -5, float("inf"), -1.5e-300, True, "日本\n\u0000\"", bytes(range(256)), b"x", b"x", INSTANT, UUID, UUID, "1E+5", "-1.005",
         '"text"', '{"ключ": "значение"}', {"name": "ü", "n": -1}),
    )),
    View("lists", CUSTOMER, LISTS, _column_rows(
        LISTS,
        (at(0), "c1", [1, -2], [1, BEYOND_DOUBLE], [0.5, 0.1], [0.1, float("nan"), float("-inf")], [True, False], ["a", "", "ü"], [b"a", b"", b"\xff"],
         [INSTANT, LAST_OF_1969], [UUID], [UUID], ["12.340", "-0"], ['{"a": 1}', "5", '"s"'], '[{"a": 1}, {"b": "x"}]', '[{"name": "n", "n": 5}]'),
        (at(0), "c2", [], [], [], [], [], [], [], [], [], [], [], [], "[]", "[]"),
        (at(0), "c3"),
        (at(0), "c4", [7], [7], [7.0], [7.0], [True, None], ["a", None], [b"a", None], [INSTANT, None], [UUID], [UUID], ["1"], ["null", "1"],
         "[{}]", '[{"name": null, "n": 1}]'),
    )),
    View("sets", CUSTOMER, SETS, _column_rows(
        SETS,
        (at(0), "c1", [3, 1, 3], [1, BEYOND_DOUBLE, 1], [0.5, 0.1], [0.1, 0.1], [True, True, False], ["b", "a", "b"], [b"b", b""], [INSTANT, INSTANT],
         [UUID, UUID], [UUID], ["12.340", "12.341"]),
        (at(0), "c2", [], [], [], [], [], [], [], [], [], [], []),
        (at(0), "c3"),
    )),
    View("nested", CUSTOMER, NESTED, _column_rows(
        NESTED,
        (at(0), "c1", [[1, 2], [3]], [[BEYOND_DOUBLE], [3]], [[0.5, 0.1]], [[0.1], [2.0]], [["a", ""], ["ü"]], [[True], [False]], [[b"a", b"\xff"]],
         [[[1], [2, 3]], [[4]]], [[1, 2], [3]], [[1, 2], [3]]),
        (at(0), "c2", [], [], [], [], [], [], [], [], [], []),
        (at(0), "c3"),
        (at(0), "c4", [[], None, [1]], [[], None, [1]], [[], [1.0]], [[], [1.0]], [[], ["a"]], [[], [True]], [[], [b"a"]], [[[1]], []], [[], [1]], [[], [1]]),
    )),
    View("exact", CUSTOMER, EXACT, _column_rows(
        EXACT,
        (at(0), "c1", BEYOND_DOUBLE, [BEYOND_DOUBLE, -(2**63)], {"name": "n", "n": BEYOND_DOUBLE}, {"n": 1, "inner": {"x": 0.1}}, True),
        (at(0), "c2", -(2**63), [2**63 - 1], {"name": "", "n": -(2**63)}, {"n": -1, "inner": {"x": -0.0}}, False),
        (at(0), "c3", 2**63 - 1, [0], {"name": "n", "n": 2**63 - 1}, {"n": 0, "inner": {"x": 1e300}}, True),
    )),
    View("driver_stats", DRIVER, DRIVER_STATS, [
        dict(event_timestamp=event, created=created, driver_id=driver, conv_rate=conv, acc_rate=acc, avg_daily_trips=trips)
        for driver, event, created, conv, acc, trips in [
            (1001, at(2), at(2), 0.25, 0.5, 11),
            (1001, at(3), at(3), 0.75, 0.5, 12),  # the newest is not the last of the file
            (1001, at(1), at(9), 0.125, 0.5, 13),  # created last, but about an older event
            (1002, at(3), at(5), 0.1, 0.2, 222),  # a tie on the event time: the one created later wins
            (1002, at(3), at(4), 0.9, 0.8, 21),
            (1003, at(3, 123456), at(3), 0.3, 0.3, 31),  # newest by a fraction of a second
            (1003, at(3, 123455), at(4), 0.4, 0.4, 32),
            (1003, at(3), at(4), 0.5, 0.5, 33),
            (1004, at(3), at(3), None, None, 41),
            (1004, at(2), at(3), 0.5, 0.5, 42),  # an older row does not shine through the nulls of the newest
            (-5, at(0), at(0), 1.0, 1.0, 51),
        ]
    ], created=True),
    View("driver_fresh", DRIVER, {"acc_rate": ("Float32", "float")}, [], file="driver_stats", created=True),
    View("trips", {"driver_id": "int64", "customer_id": "string"},
         {"trips": ("Int32", "int32"), "spend": ("Float64", "double"), "note": ("String", "string")}, _column_rows(
        ("trips", "spend", "note"),
        (at(1), 1001, "c1", 3, 1.5, "first"), (at(1), 1002, "c1", 0, 0.0, ""), (at(1), 1001, "c2", -1, -2.25, "neg"),
        (at(1), 1003, "c-ü", 2**31 - 1, 1e300, "日本"), (at(1), 1004, "c1"),
        keys=("driver_id", "customer_id"),
    )),
    View("global_stats", {}, {"num_rides": ("Int64", "int64"), "avg_ride_length": ("Float32", "float")}, _column_rows(
        ("num_rides", "avg_ride_length"), (at(2), 20, 2.5), (at(0), 10, 1.25), keys=(),
    )),
    View("shop_stats", {"shop_id": "int32"}, {"revenue": ("Float64", "double"), "city": ("String", "string")}, _column_rows(
        ("revenue", "city"), (at(0), 1, 10.5, "Oslo"), (at(0), -2, None, None), (at(0), -(2**31), 0.0, "Åre"), keys=("shop_id",),
    ), renamed={"rev": "revenue"}),
    View("larder_only", CUSTOMER, LARDER_ONLY, _column_rows(
        LARDER_ONLY, (at(0), "c1", INSTANT, [0.5, 0.1], 0.5, 3), (at(0), "c3"),
    ), larder_only=True),
]  # fmt: skip
BY_NAME = {view.name: view for view in VIEWS}
BY_NAME["driver_fresh"].rows = BY_NAME["driver_stats"].rows

# What Feast stores wrongly, cell by cell: (view, key, feature) -> (what reading its row answers, why).
FEAST_DEFECTS = {
    ("scalars", ("c1",), "i64"): (2**53, "a null in the column sends every integer through float64"),
    ("scalars", ("c1",), "profile"): ({"name": "n", "n": 5.0}, "a null row turns the integers of a struct into doubles"),
    ("scalars", ("c2",), "profile"): ({"name": None, "n": 0.0}, "a null row turns the integers of a struct into doubles"),
    ("scalars", ("c-ü",), "profile"): ({"name": "ü", "n": -1.0}, "a null row turns the integers of a struct into doubles"),
}
