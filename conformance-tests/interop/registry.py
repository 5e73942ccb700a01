"""The file registry before and after somebody wrote it: whether anything in it was lost."""

from pathlib import Path

# What a write is meant to change.
MOVING = {
    "materialization_intervals", "created_timestamp", "last_updated_timestamp", "last_updated", "version_id", "state", "created_time",
    "last_updated_time",
}  # fmt: skip
# Field 1000 of the outermost message, length-delimited: nothing that Feast 0.67 has.
UNKNOWN_FIELD = b"\xc2\x3e\x0funknown-to-both"


def path(repo: Path) -> Path:
    return repo / "data" / "registry.db"


def read(feast, repo: Path) -> dict:
    return feast.ask(repo, "registry")


def add_unknown_field(repo: Path) -> bytes:
    """Adds a field that a later Feast might have; returns its bytes."""
    with open(path(repo), "ab") as file:
        file.write(UNKNOWN_FIELD)
    return UNKNOWN_FIELD


def _name(item: dict) -> str:
    spec = item.get("spec", item)
    parts = [spec.get(part) for part in ("name", "feature_view_name", "feature_view_name_alias", "version_number")]
    return "/".join(str(part) for part in parts if part)


def losses(before, after, where: str = "registry") -> list:
    """What `before` has and `after` has not, or has otherwise; additions to lists of named things are fine."""
    if isinstance(before, dict) and isinstance(after, dict):
        problems = []
        for key in before.keys() - MOVING:
            inside = f"{where}.{key}"
            problems += losses(before[key], after[key], inside) if key in after else [f"{inside} is gone"]
        return problems
    if isinstance(before, list) and isinstance(after, list) and all(isinstance(item, dict) and _name(item) for item in before):
        found = {_name(item): item for item in after}
        problems = []
        for item in before:
            inside = f"{where}[{_name(item)}]"
            problems += losses(item, found[_name(item)], inside) if _name(item) in found else [f"{inside} is gone"]
        return problems
    return [] if before == after else [f"{where} was {str(before)[:80]!r}, is {str(after)[:80]!r}"]
