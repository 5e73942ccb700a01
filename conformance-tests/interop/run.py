"""Proves that larder and Feast 0.67 read what the other wrote.

Feast runs from PyPI in a virtualenv under target/ (LARDER_FEAST_PYTHON names an interpreter that already has it).
`--feast-only` checks the rows, the questions and this program with Feast on both sides, without larder.
Prints a line per check and ends with `N passed, N failed`; the exit code is 1 after a failure or when nothing was checked.
"""

import argparse
import copy
import json
import shutil
import sys
import tempfile
from pathlib import Path

import registry
from programs import HERE, Failure, Feast, Larder, default_target, feast_python
from questions import Column, Question, differences, questions
from rows import VIEWS, WINDOW

NEWER, NEWEST = "2026-01-10T05:00:00", "2026-01-10T07:00:00"
LISTS = {
    "feature-views": [view.name for view in VIEWS if not view.larder_only],
    "entities": ["customer", "driver", "shop"],
    "feature-services": ["driver_activity", "aliased", "mixed"],
    "data-sources": ["driver_push", "driver_stats_source", "trips_source"],
}


class Report:
    def __init__(self) -> None:
        self.passed = self.failed = 0

    def check(self, name: str, attempt) -> None:
        """Runs `attempt`; it returns the problems it found, and what it raises is one too."""
        try:
            problems = attempt() or []
        except (Failure, OSError, ValueError, KeyError, TypeError, json.JSONDecodeError) as error:
            problems = [f"{type(error).__name__}: {error}"]
        if problems:
            self.failed += 1
            print(f"FAIL {name}", *problems[:8], sep="\n       ", flush=True)
        else:
            self.passed += 1
            print(f"ok   {name}", flush=True)

    def answers(self, who: str, ask, defects: bool, larder_only: bool = False) -> None:
        """Every question, put to `ask`."""
        for question in questions(larder_only):
            self.check(f"{who}: {question.name}", lambda q=question: differences(q.expected(defects), ask(q)))


def lists_names(cli) -> list:
    problems = []
    for kind, names in LISTS.items():
        shown = cli(kind, "list")
        problems += [f"{kind} list does not show {name}" for name in names if name not in shown.split()]
    return problems


def driver_1001(trips: int) -> tuple:
    """The question that tells which of the rows of driver 1001 is served, and its answer."""
    question = Question("newest row", {"avg_daily_trips": Column("driver_stats", "avg_daily_trips")}, [{"driver_id": 1001}])
    return question, {"avg_daily_trips": [[trips, "FOUND"]]}


def serves(trips: int, *asks) -> list:
    question, expected = driver_1001(trips)
    return [problem for ask in asks for problem in differences(expected, ask(question))]


def push_with_feast(feast: Feast, repo: Path, event_timestamp: str, trips: int) -> None:
    row = {"driver_id": 1001, "event_timestamp": event_timestamp, "created": event_timestamp}
    row |= {"conv_rate": 0.5, "acc_rate": 0.5, "avg_daily_trips": trips}
    feast.ask(repo, "write_to_online_store", view="driver_stats", rows=[row])


def feast_writes(report: Report, feast: Feast, repo: Path) -> None:
    """A repo that Feast applied and materialized, and Feast's own answers from it."""
    shutil.copytree(HERE / "feast_repo", repo)
    feast.make_data(repo / "data")
    report.check("feast applies", lambda: feast.cli(repo, "apply") and None)
    report.check("feast materializes", lambda: feast.cli(repo, "materialize", *WINDOW) and None)
    report.answers("feast reads feast's rows", lambda question: feast.answer(repo, question), defects=True)


def feast_alone(report: Report, feast: Feast, repo: Path) -> None:
    """This program, checked with Feast in larder's place."""
    report.answers("the HTTP form says the same", lambda question: feast.http_answer(repo, question), defects=True)
    report.check("feast lists", lambda: lists_names(lambda *arguments: feast.cli(repo, *arguments)))

    def applied_again():
        before = registry.read(feast, repo)
        feast.cli(repo, "apply")
        # Feast itself forgets the class of a view's source when it applies a second time.
        return [loss for loss in registry.losses(before, registry.read(feast, repo)) if "data_source_class_type" not in loss]

    report.check("feast applies again: the registry is the same", applied_again)

    def loss_is_noticed():
        before = registry.read(feast, repo)
        after = copy.deepcopy(before)
        del after["feature_views"][0]["spec"]["features"][0]
        del after["on_demand_feature_views"]
        noticed = registry.losses(before, after)
        return [] if len(noticed) == 2 else ["a lost feature and a lost view should be noticed, not:", *noticed]

    report.check("a loss in the registry is noticed", loss_is_noticed)
    report.check("a wrong answer is noticed", lambda: [] if serves(13, lambda q: feast.answer(repo, q)) else ["it went unnoticed"])

    def newer():
        push_with_feast(feast, repo, NEWER, 1)
        return serves(1, lambda question: feast.answer(repo, question))

    report.check("feast writes a newer row and reads it", newer)


def larder_reads_feast(report: Report, larder: Larder, repo: Path) -> None:
    report.answers("larder reads feast's rows", lambda question: larder.answer(repo, question), defects=True)
    report.check("larder lists what feast applied", lambda: lists_names(lambda kind, _: " ".join(names_of(larder, repo, kind))))


def names_of(larder: Larder, repo: Path, kind: str) -> list:
    """The names in `larder list KIND --json`."""
    return [item.get("spec", item)["name"] for item in json.loads(larder.cli(repo, "list", kind, "--json"))]


def larder_writes(report: Report, feast: Feast, larder: Larder, repo: Path) -> None:
    """A repo that only larder wrote."""
    shutil.copytree(HERE / "native_repo", repo)
    feast.make_data(repo / "data")
    report.check("larder applies features.yaml", lambda: larder.cli(repo, "apply") and None)
    report.check("larder materializes", lambda: larder.cli(repo, "materialize", *WINDOW) and None)
    report.answers("larder reads larder's rows", lambda question: larder.answer(repo, question), defects=False, larder_only=True)
    report.answers("feast reads larder's rows", lambda question: feast.answer(repo, question), defects=False, larder_only=True)
    report.check("feast lists what larder applied", lambda: lists_names(lambda *arguments: feast.cli(repo, *arguments)))


def larder_on_top(report: Report, feast: Feast, larder: Larder, repo: Path) -> None:
    """Larder writes into the registry and the tables that Feast made."""
    unknown = registry.add_unknown_field(repo)
    before = registry.read(feast, repo)

    def kept(*command: str):
        larder.cli(repo, *command)
        problems = registry.losses(before, registry.read(feast, repo))
        return problems + ([] if unknown in registry.path(repo).read_bytes() else ["bytes that larder does not know are gone"])

    report.check("larder materializes over feast's registry: nothing is lost", lambda: kept("materialize", *WINDOW))
    report.answers("feast reads larder's rows over its own", lambda question: feast.answer(repo, question), defects=False)
    shutil.copy(HERE / "native_repo" / "features.yaml", repo)
    report.check("larder applies over feast's registry: nothing is lost", lambda: kept("apply"))
    report.answers("feast reads after larder's apply", lambda question: feast.answer(repo, question), defects=False)
    report.check("feast lists after larder's apply", lambda: lists_names(lambda *arguments: feast.cli(repo, *arguments)))
    (repo / "features.yaml").unlink()
    report.check("feast applies after larder", lambda: feast.cli(repo, "apply") and None)
    report.check("feast materializes after larder", lambda: feast.cli(repo, "materialize", *WINDOW) and None)
    report.answers("larder reads what feast wrote over it", lambda question: larder.answer(repo, question), defects=True)


def both_write(report: Report, feast: Feast, larder: Larder, repo: Path) -> None:
    """Feast and larder take turns on one table; each must read the newest row."""
    asks = (lambda question: feast.answer(repo, question)), (lambda question: larder.answer(repo, question))

    def feast_newer():
        push_with_feast(feast, repo, NEWER, 1)
        return serves(1, *asks)

    def larder_older():
        larder.cli(repo, "materialize", *WINDOW)
        return serves(1, *asks)

    def larder_newest():
        feast.make_data(repo / "data", "--driver-1001", NEWEST, "2")
        larder.cli(repo, "materialize", *WINDOW)
        return serves(2, *asks)

    def feast_again():
        push_with_feast(feast, repo, NEWEST, 3)
        return serves(3, *asks)

    report.check("feast's newer row over larder's: both read it", feast_newer)
    report.check("larder's older rows are refused: both read feast's", larder_older)
    report.check("larder's newer row over feast's: both read it", larder_newest)
    report.check("feast's row for the same instant over larder's: both read it", feast_again)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--larder", type=Path, help="the larder binary (default: debug/larder under --target)")
    target_help = "cargo's target folder, where the virtualenv is kept too (default: %(default)s)"
    parser.add_argument("--target", type=Path, default=default_target(), help=target_help)
    parser.add_argument("--feast-only", action="store_true", help="check this program with Feast on both sides")
    arguments = parser.parse_args()
    binary = arguments.larder or arguments.target / "debug" / "larder"
    if not arguments.feast_only and not binary.is_file():
        parser.error(f"no larder binary at {binary}: `cargo build --package larder-cli` makes it")

    report = Report()
    feast = Feast(feast_python(arguments.target))
    try:
        with tempfile.TemporaryDirectory(prefix="larder-interop-") as folder:
            feast_repo, larder_repo = Path(folder, "feast"), Path(folder, "larder")
            feast_writes(report, feast, feast_repo)
            if not arguments.feast_only:
                larder = Larder(binary.resolve())
                larder_reads_feast(report, larder, feast_repo)
                larder_writes(report, feast, larder, larder_repo)
                larder_on_top(report, feast, larder, feast_repo)
                both_write(report, feast, larder, larder_repo)
            else:
                feast_alone(report, feast, feast_repo)
    finally:
        feast.close()
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed or not report.passed else 0


if __name__ == "__main__":
    sys.exit(main())
