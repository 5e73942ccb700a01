"""The two programs under test: Feast (its command line and its SDK in one worker process) and the larder binary."""

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import value
from questions import Question

HERE = Path(__file__).resolve().parent
COMMAND_SECONDS = 300


class Failure(Exception):
    """A program did not do what it was asked; the text is what it said."""


def feast_python(target: Path) -> Path:
    """An interpreter that has Feast: LARDER_FEAST_PYTHON, or a virtualenv under `target`, made on first use."""
    if given := os.environ.get("LARDER_FEAST_PYTHON"):
        return Path(given)
    home = target / "interop-venv"
    python = home / "bin" / "python"
    requirements = (HERE / "requirements.txt").read_text()
    installed = home / "requirements.installed"
    if not installed.exists() or installed.read_text() != requirements:
        print(f"installing {requirements.strip()} into {home}", flush=True)
        shutil.rmtree(home, ignore_errors=True)
        venv.create(home, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", HERE / "requirements.txt"], check=True)
        installed.write_text(requirements)
    return python


def _run(command: list, environment: dict) -> str:
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False)
    if done.returncode != 0:
        shown = " ".join(str(part) for part in command)
        raise Failure(f"{shown}: exit code {done.returncode}: {(done.stderr + done.stdout).strip()[-600:]}")
    return done.stdout


class Feast:
    """Runs at TZ=UTC: elsewhere Feast 0.67 stores event times shifted by the machine's offset."""

    environment = {"TZ": "UTC", "FEAST_USAGE": "False", "PYTHONWARNINGS": "ignore", "PYTHONDONTWRITEBYTECODE": "1"}

    def __init__(self, python: Path) -> None:
        self.python = python
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.worker = subprocess.Popen([python, HERE / "feast_side.py"], env=os.environ | self.environment, text=True, **pipes)

    def close(self) -> None:
        self.worker.communicate(timeout=COMMAND_SECONDS)

    def cli(self, repo: Path, *arguments: str) -> str:
        return _run([self.python, "-c", "from feast.cli.cli import cli; cli()", "-c", repo, *arguments], self.environment)

    def make_data(self, folder: Path, *arguments: str) -> None:
        _run([self.python, HERE / "make_data.py", folder, *arguments], self.environment)

    def ask(self, repo: Path, command: str, **request):
        print(json.dumps({"repo": str(repo), "command": command, **request}), file=self.worker.stdin, flush=True)
        line = self.worker.stdout.readline()
        if not line:
            raise Failure(f"the Feast worker ended with exit code {self.worker.wait(COMMAND_SECONDS)}")
        answer = json.loads(line)
        if "error" in answer:
            raise Failure(f"feast {command}: {answer['error']}")
        return answer["ok"]

    def _features(self, repo: Path, question: Question) -> dict:
        request = {"features": question.references, "entities": _with_an_entity(question.entities), "types": question.types}
        if question.service:
            request["service"] = question.service
        return self.ask(repo, "get_online_features", full_feature_names=question.full_feature_names, **request)

    def answer(self, repo: Path, question: Question) -> dict:
        """What `get_online_features(...).to_dict()` says."""
        return self._features(repo, question)["sdk"]

    def http_answer(self, repo: Path, question: Question) -> dict:
        """What Feast's HTTP server would say, read as larder's answers are read."""
        return read_response(question, self._features(repo, question)["http"])


class Larder:
    """Runs away from UTC on purpose: what it stores and answers must not depend on the machine's time zone."""

    environment = {"TZ": "America/New_York"}

    def __init__(self, binary: Path) -> None:
        self.binary = binary

    def cli(self, repo: Path, *arguments: str) -> str:
        return _run([self.binary, "-c", repo, *arguments], self.environment)

    def answer(self, repo: Path, question: Question) -> dict:
        arguments = ["get-online-features", "--json", "--statuses"]
        for row in _with_an_entity(question.entities):
            for name, key in row.items():
                arguments += ["-e", f"{name}={key}"]
        if question.service:
            arguments += ["--feature-service", question.service]
        else:
            for reference in question.references:
                arguments += ["-f", reference]
        if question.full_feature_names:
            arguments.append("--full-feature-names")
        return read_response(question, json.loads(self.cli(repo, *arguments)))


def _with_an_entity(rows: list) -> list:
    """Feast refuses a request without any entity; a view that has none does not look at what is given."""
    return [row or {"driver_id": 0} for row in rows]


def read_response(question: Question, response: dict) -> dict:
    """{column: [[value, status], ...]} of an answer in the form of Feast's HTTP server."""
    answer = {}
    for name, result in zip(response["metadata"]["feature_names"], response["results"]):
        dtype = question.types.get(name, "")
        answer[name] = [[value.from_larder(dtype, cell), status] for cell, status in zip(result["values"], result["statuses"])]
    return answer


def default_target() -> Path:
    return Path(os.environ.get("CARGO_TARGET_DIR", HERE.parents[1] / "target"))


if sys.version_info < (3, 10):
    sys.exit("Python 3.10 or newer is needed")
