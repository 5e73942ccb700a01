"""Feast 0.67 on the benchmarks' inputs, as JSON: the baseline of the ratios. Runs under a Python that has Feast.

    feast_baseline.py apply       --repo DIR [--views 3] [--rows 100000] [--features 10]   data, definitions, `feast apply`
    feast_baseline.py materialize --repo DIR       FeatureStore.materialize in a fresh process: rows/s, peak memory, CPU
    feast_baseline.py read        --repo DIR       get_online_features in process: median ms for 1, 10, 100 entities

`materialize` and `read` work on a repo that `apply` made; `read` needs it materialized, by whomever.
"""

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
WINDOW = (datetime(2026, 1, 1), datetime(2026, 2, 1))
STORE_YAML = """\
project: bench
registry: data/registry.db
provider: local
online_store:
    type: sqlite
    path: data/online_store.db
entity_key_serialization_version: 3
"""
FEATURES_PY = """\
from datetime import timedelta

from feast import Entity, FeatureView, Field, FileSource, ValueType
from feast.types import Float32

user = Entity(name="user", join_keys=["user_id"], value_type=ValueType.INT64)
"""
VIEW_PY = """
view_{view} = FeatureView(
    name="view_{view}", entities=[user], ttl=timedelta(0),
    schema=[Field(name=f"v{view}_f{{index}}", dtype=Float32) for index in range({features})],
    source=FileSource(name="source_{view}", path="data/view_{view}.parquet", timestamp_field="event_timestamp"),
)
"""


def apply(arguments) -> dict:
    repo = arguments.repo
    (repo / "data").mkdir(parents=True, exist_ok=True)
    shape = {"views": arguments.views, "rows": arguments.rows, "features": arguments.features}
    options = [text for name, count in shape.items() for text in (f"--{name}", str(count))]
    subprocess.run([sys.executable, HERE / "make_data.py", "views", "--out", repo / "data", *options], check=True)
    (repo / "feature_store.yaml").write_text(STORE_YAML)
    views = [VIEW_PY.format(view=view, features=arguments.features) for view in range(arguments.views)]
    (repo / "features.py").write_text(FEATURES_PY + "".join(views))
    command = [sys.executable, "-c", "from feast.cli.cli import cli; cli()", "-c", repo, "apply", "--no-progress"]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"feast apply failed: {done.stderr[-1000:]}")
    (repo / "bench.json").write_text(json.dumps(shape))
    return shape


def open_store(repo: Path):
    """The store, without the seconds that importing Feast takes; Feast's own prints go to stderr."""
    from feast import FeatureStore

    return FeatureStore(str(repo))


def materialize(arguments) -> dict:
    shape = json.loads((arguments.repo / "bench.json").read_text())
    store = open_store(arguments.repo)
    before_cpu, before = time.process_time(), time.perf_counter()
    store.materialize(*WINDOW)
    seconds, cpu_seconds = time.perf_counter() - before, time.process_time() - before_cpu
    rows = shape["views"] * shape["rows"]
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "rows": rows,
        "seconds": round(seconds, 3),
        "rows_per_second": round(rows / seconds),
        "peak_rss_mib": round(peak_kib / 1024, 1),
        "cpu_seconds": round(cpu_seconds, 3),
    }


def read(arguments) -> dict:
    shape = json.loads((arguments.repo / "bench.json").read_text())
    store = open_store(arguments.repo)
    keys = random.Random(7)
    median_ms = {}
    for entities in (1, 10, 100):
        for views in (1, shape["views"]):
            references = [f"view_{view}:v{view}_f{index}" for view in range(views) for index in range(shape["features"])]
            took_ms = []
            for _ in range(arguments.warm_up + arguments.iterations):
                rows = [{"user_id": keys.randrange(shape["rows"])} for _ in range(entities)]
                before = time.perf_counter()
                answer = store.get_online_features(features=references, entity_rows=rows).to_dict()
                took_ms.append((time.perf_counter() - before) * 1000)
            if any(None in column for column in answer.values()):
                sys.exit("rows are missing: materialize the repo first")
            median_ms[f"{entities}x{len(references)}"] = round(statistics.median(took_ms[arguments.warm_up :]), 3)
    return {"iterations": arguments.iterations, "median_ms": median_ms}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for command, what in ((apply, "make data and definitions, apply"), (materialize, "materialize, measured"), (read, "read, measured")):
        sub = commands.add_parser(command.__name__, help=what)
        sub.set_defaults(run=command)
        sub.add_argument("--repo", type=Path, required=True)
        if command is apply:
            sub.add_argument("--views", type=int, default=3)
            sub.add_argument("--rows", type=int, default=100_000, help="per view (default: %(default)s)")
            sub.add_argument("--features", type=int, default=10, help="per view (default: %(default)s)")
        if command is read:
            sub.add_argument("--iterations", type=int, default=300)
            sub.add_argument("--warm-up", type=int, default=20)
    arguments = parser.parse_args()
    answers, sys.stdout = sys.stdout, sys.stderr
    print(json.dumps(arguments.run(arguments)), file=answers)


if __name__ == "__main__":
    main()
