"""The benchmarks: larder against Feast 0.67 on the same files, on this machine, in one run. Prints ratios.

    run.py materialize [--quick]    Parquet into SQLite: rows per second and peak memory against Feast; memory over 1 to 10
                                    million rows; newest row per key of 20 million rows against the stated limits
    run.py read                     get_online_features in process against Feast's SDK

Needs a Python with Feast: made once in target/interop-venv, or named by LARDER_FEAST_PYTHON. Both sides take turns, several
rounds; the figures are medians. larder's figures are of whole processes, start included; Feast's leave its import out.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
sys.path.insert(0, str(ROOT / "conformance-tests" / "interop"))
import programs  # noqa: E402

WINDOW = ("2026-01-01T00:00:00", "2026-02-01T00:00:00")


def python() -> Path:
    return programs.feast_python(TARGET)


def build(*what: str) -> None:
    subprocess.run(["cargo", "build", "--release", "--quiet", *what], cwd=ROOT, check=True)


def measured(command: list) -> dict:
    """Wall and CPU seconds and peak memory of one whole process, and what it printed."""
    with tempfile.TemporaryFile() as output:
        before = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], stdout=output, stderr=subprocess.PIPE)
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - before
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        printed = output.read().decode()
    if process.returncode != 0:
        sys.exit(f"{command[0]} failed: {errors.decode()[-2000:]}\n{printed[-2000:]}")
    return {
        "seconds": seconds,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_rss_mib": usage.ru_maxrss / 1024,
        "printed": printed,
    }


def feast(command: str, repo: Path, *options) -> dict:
    done = subprocess.run(
        [python(), HERE / "feast_baseline.py", command, "--repo", repo, *map(str, options)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        sys.exit(f"Feast's {command} failed: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def make_data(*arguments) -> None:
    subprocess.run([python(), HERE / "make_data.py", *map(str, arguments)], check=True)


def median(rounds: list, figure: str) -> float:
    return statistics.median(one[figure] for one in rounds)


def fresh(repo: Path) -> None:
    for file in repo.glob("data/online_store.db*"):
        file.unlink()


def line(label: str, text: str) -> None:
    print(f"  {label:<34} {text}", flush=True)


def against_feast(work: Path, larder: Path, rounds: int) -> None:
    shape = feast("apply", work / "feast", "--views", 3, "--rows", 100_000, "--features", 10)
    empty = work / "empty.db"  # the tables as Feast makes them
    shutil.move(work / "feast/data/online_store.db", empty)
    shutil.copytree(work / "feast", work / "larder")
    rows = shape["views"] * shape["rows"]
    theirs, in_feasts_tables, in_compact_tables = [], [], []
    materialize = [larder, "-c", work / "larder", "materialize", *WINDOW, "--no-progress"]
    for _ in range(rounds):
        for runs, feasts_tables in ((in_feasts_tables, True), (in_compact_tables, False)):
            fresh(work / "larder")
            if feasts_tables:
                shutil.copy(empty, work / "larder/data/online_store.db")
            subprocess.run([larder, "-c", work / "larder", "apply"], stdout=subprocess.DEVNULL, check=True)
            runs.append(measured(materialize))
        fresh(work / "feast")
        shutil.copy(empty, work / "feast/data/online_store.db")
        theirs.append(feast("materialize", work / "feast"))
    print(f"Materialize {shape['views']} views x {shape['rows']:,} rows x {shape['features']} float features into SQLite, {rounds} rounds")
    line("Feast", figures(rows, theirs))
    for label, runs in (("larder, tables made by Feast", in_feasts_tables), ("larder, its compact tables", in_compact_tables)):
        line(label, figures(rows, runs))
        speed = median(theirs, "seconds") / median(runs, "seconds")
        memory = median(theirs, "peak_rss_mib") / median(runs, "peak_rss_mib")
        cpu = median(theirs, "cpu_seconds") / median(runs, "cpu_seconds")
        line("", f"{speed:.1f} times Feast's rows per second, 1/{memory:.1f} of its memory, 1/{cpu:.1f} of its CPU")
    line("demanded", "at least 6 times (goal 10), at most 1/5 of the memory")


def figures(rows: int, runs: list) -> str:
    rate, peak, cpu = rows / median(runs, "seconds"), median(runs, "peak_rss_mib"), median(runs, "cpu_seconds") / rows * 1e6
    return f"{rate:,.0f} rows/s, peak {peak:,.0f} MiB, {cpu:.1f} µs CPU per row"


FLAT_YAML = """\
entities:
  - {name: user, join_key: user_id, value_type: Int64}
sources:
  - {name: events, path: data/events.parquet, timestamp_field: event_timestamp, created_timestamp_column: created}
feature_views:
  - {name: events, entities: [user], source: events, schema: {f0: Float32, f1: Float32, f2: Float32}}
"""
STORE_YAML = "project: flat\nregistry: data/registry.db\nonline_store: {type: sqlite, path: data/online_store.db}\n"


def flat_memory(work: Path, larder: Path) -> None:
    print("Memory while materializing a file (3 float features, half as many keys as rows)")
    peaks = []
    for rows in (1_000_000, 10_000_000):
        repo = work / f"flat_{rows}"
        make_data("events", "--out", repo / "data/events.parquet", "--rows", rows, "--keys", rows // 2)
        (repo / "feature_store.yaml").write_text(STORE_YAML)
        (repo / "features.yaml").write_text(FLAT_YAML)
        subprocess.run([larder, "-c", repo, "apply"], stdout=subprocess.DEVNULL, check=True)
        run = measured([larder, "-c", repo, "materialize", *WINDOW, "--no-progress"])
        peaks.append(run["peak_rss_mib"])
        line(f"{rows:,} rows", f"peak {run['peak_rss_mib']:,.0f} MiB, {run['seconds']:.1f} s, {run['cpu_seconds']:.1f} CPU s")
        shutil.rmtree(repo)
    line("10 million against 1 million", f"{peaks[1] / peaks[0]:.2f} times the memory")


def newest_rows(work: Path, rounds: int) -> None:
    file = work / "newest.parquet"
    make_data("events", "--out", file, "--rows", 20_000_000, "--keys", 5_000_000)
    build("--package", "larder-offline", "--example", "newest_row_bench")
    runs = [measured([TARGET / "release/examples/newest_row_bench", file]) for _ in range(rounds)]
    print(f"Newest row per key of 20,000,000 rows with 5,000,000 keys, {rounds} rounds")
    line("CPU seconds", f"{median(runs, 'cpu_seconds'):.2f} (at most 3), wall {median(runs, 'seconds'):.2f}")
    line("peak memory, MiB", f"{median(runs, 'peak_rss_mib'):.0f} (at most 256)")
    file.unlink()


def materialize(arguments) -> None:
    build("--package", "larder-cli", "--no-default-features", "--features", "sqlite")
    larder = TARGET / "release/larder"
    with tempfile.TemporaryDirectory(prefix="larder-bench-") as folder:
        work = Path(folder)
        against_feast(work, larder, arguments.rounds)
        if not arguments.quick:
            flat_memory(work, larder)
            newest_rows(work, arguments.rounds)


def read(arguments) -> None:
    build("--package", "larder-cli", "--no-default-features", "--features", "sqlite")
    build("--package", "larder", "--no-default-features", "--features", "sqlite", "--example", "read_bench")
    with tempfile.TemporaryDirectory(prefix="larder-bench-") as folder:
        repo = Path(folder) / "repo"
        feast("apply", repo, "--views", 3, "--rows", 100_000, "--features", 10)
        larder = TARGET / "release/larder"
        subprocess.run([larder, "-c", repo, "apply"], stdout=subprocess.DEVNULL, check=True)
        subprocess.run([larder, "-c", repo, "materialize", *WINDOW, "--no-progress"], stdout=subprocess.DEVNULL, check=True)
        theirs, ours = [], []
        for _ in range(arguments.rounds):
            ours.append(json.loads(measured([TARGET / "release/examples/read_bench", repo])["printed"]))
            theirs.append(feast("read", repo)["median_ms"])
    print(f"get_online_features in process from SQLite, 100,000 entities, {arguments.rounds} rounds; median ms (at least 5 times, goal 10)")
    for shape in ours[0]:
        our_ms, their_ms = (statistics.median(one[shape] for one in side) for side in (ours, theirs))
        line(f"{shape} (entities x features)", f"larder {our_ms:.4f}, Feast {their_ms:.3f}: {their_ms / our_ms:.1f} times as fast")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for command in (materialize, read):
        sub = commands.add_parser(command.__name__)
        sub.set_defaults(run=command)
        sub.add_argument("--rounds", type=int, default=3)
        if command is materialize:
            sub.add_argument("--quick", action="store_true", help="only the comparison with Feast")
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
