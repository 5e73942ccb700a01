"""What is asked of both sides, and the answer that the rows of `rows.py` demand."""

from dataclasses import dataclass, field

import value
from rows import BY_NAME, FEAST_DEFECTS, VIEWS, View

ABSENT = {"string": "nobody", "int64": 999_999, "int32": 999_999}
FOUND, NOT_FOUND = "FOUND", "NOT_FOUND"


@dataclass
class Column:
    view: str
    feature: str
    join_keys: dict = field(default_factory=dict)  # join key -> the name the request uses for it

    @property
    def dtype(self) -> str:
        return BY_NAME[self.view].features[self.feature][0]


@dataclass
class Question:
    """One request; `columns` names the answer's columns."""

    name: str
    columns: dict
    entities: list
    service: str = ""
    full_feature_names: bool = False

    @property
    def references(self) -> list:
        return [f"{column.view}:{column.feature}" for column in self.columns.values()]

    @property
    def types(self) -> dict:
        return {name: column.dtype for name, column in self.columns.items()}

    def expected(self, defects: bool) -> dict:
        """{column: [[value, status], ...]}; with `defects`, the answer over rows that Feast stored."""
        return {name: [_cell(column, row, defects) for row in self.entities] for name, column in self.columns.items()}


def _cell(column: Column, entity: dict, defects: bool) -> list:
    view = BY_NAME[column.view]
    key = tuple(entity[column.join_keys.get(name, name)] for name in view.keys)
    row = view.newest().get(key)
    if row is None:
        return [None, NOT_FOUND]
    stored = value.from_row(column.dtype, row.get(column.feature))
    if defects:
        stored = FEAST_DEFECTS.get((column.view, key, column.feature), (stored,))[0]
    return [stored, FOUND]


def whole_view(view: View) -> Question:
    """Every key of a view and one that is absent, every feature."""
    keys = list(view.newest())
    if view.keys:
        keys.append(tuple(ABSENT[kind] for kind in view.keys.values()))
    columns = {feature: Column(view.name, feature) for feature in view.features}
    return Question(f"view {view.name}", columns, [dict(zip(view.keys, key)) for key in keys])


def questions(larder_only: bool = False) -> list:
    stats = "driver_stats"
    drivers = [{"driver_id": 1001}, {"driver_id": 1004}, {"driver_id": 404}, {"driver_id": 1001}]
    asked = [whole_view(view) for view in VIEWS if larder_only or not view.larder_only]
    asked += [
        Question("the same entity twice, features of two views on it, in the order asked",
                 {"avg_daily_trips": Column(stats, "avg_daily_trips"), "acc_rate": Column("driver_fresh", "acc_rate"), "conv_rate": Column(stats, "conv_rate")},
                 drivers),
        Question("full feature names",
                 {"driver_stats__acc_rate": Column(stats, "acc_rate"), "driver_fresh__acc_rate": Column("driver_fresh", "acc_rate")},
                 drivers, full_feature_names=True),
        Question("service driver_activity", {name: Column(stats, name) for name in ("conv_rate", "avg_daily_trips")}, drivers, service="driver_activity"),
        Question("service aliased, one view under two names and two join keys",
                 {f"{alias}__acc_rate": Column(stats, "acc_rate", {"driver_id": f"{alias}_driver_id"}) for alias in ("origin", "destination")},
                 [{"origin_driver_id": 1001, "destination_driver_id": 1002}, {"origin_driver_id": 404, "destination_driver_id": 1003}],
                 service="aliased", full_feature_names=True),
        Question("service mixed, views of different keys and of none",
                 {"conv_rate": Column(stats, "conv_rate"), "spend": Column("trips", "spend"), "trips": Column("trips", "trips"),
                  "num_rides": Column("global_stats", "num_rides"), "avg_ride_length": Column("global_stats", "avg_ride_length")},
                 [{"driver_id": 1001, "customer_id": "c2"}, {"driver_id": 1002, "customer_id": "c-ü"}], service="mixed"),
    ]  # fmt: skip
    return asked


def differences(expected: dict, answer: dict) -> list:
    """Where an answer departs from the expected one, a line per cell."""
    problems = [f"column {name} is missing" for name in expected if name not in answer]
    for name in expected.keys() & answer.keys():
        if len(expected[name]) != len(answer[name]):
            problems.append(f"{name}: {len(answer[name])} rows instead of {len(expected[name])}")
        for row, ((wanted, presence), (got, status)) in enumerate(zip(expected[name], answer[name])):
            found = NOT_FOUND if status == NOT_FOUND else FOUND if status in ("PRESENT", "NULL_VALUE") else status
            if not value.same(wanted, got) or found != presence:
                problems.append(f"{name} of row {row}: {got!r} ({status}) instead of {wanted!r} ({presence})")
    return problems
