"""Every library that the program imports is named in requirements.in, not brought along by another one by chance."""

import ast
import re
import sys
from importlib.metadata import packages_distributions

from app.documents import ROOT
from tests.architecture.source import known_names, modules


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def named() -> set[str]:
    lines = (ROOT / "requirements.in").read_text().splitlines()
    return {plain(re.split(r"[\[=<>~; ]", line)[0]) for line in lines if line and not line.startswith("#")}


def test_what_is_imported_is_required_by_name() -> None:
    ours = {name.split(".")[0] for name in known_names()}
    brought_by = packages_distributions()
    missing: dict[str, set[str]] = {}
    for module in modules():
        for node in ast.walk(module.tree):
            names = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for top in {name.split(".")[0] for name in names} - ours - sys.stdlib_module_names:
                if not {plain(d) for d in brought_by.get(top, [top])} & named():
                    missing.setdefault(top, set()).add(module.name)
    assert missing == {}


def test_what_is_required_is_locked() -> None:
    locked = {
        plain(line.split("==")[0].split("[")[0])
        for line in (ROOT / "requirements.txt").read_text().splitlines()
        if re.match(r"[a-zA-Z]", line)
    }
    assert named() - locked == set()
