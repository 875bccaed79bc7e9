"""What docs/ says is what the program is."""

import ast
import re

import pytest

from app.documents import ROOT, floor_plan, folders, rooms_of, with_settings
from kernel.settings import Settings, settings_table
from tests.architecture.source import modules

FOLDERS = [str(folder.relative_to(ROOT)) for folder in folders()]


@pytest.mark.parametrize("name", FOLDERS)
def test_a_package_lists_its_rooms_and_no_others(name: str) -> None:
    folder = ROOT / name
    there = {p.name for p in folder.glob("*.py")} - {"__init__.py"} | {f"{p.parent.name}/" for p in folder.glob("*/__init__.py")}
    listed = rooms_of(folder)
    assert there - listed.keys() == set(), f"{name}/__init__.py does not say what these are for"
    assert {room for room in listed if not (folder / room).exists()} == set(), f"{name}/__init__.py lists what is not there"


def test_the_floor_plan_is_up_to_date() -> None:
    assert (ROOT / "docs/rooms.md").read_text() == floor_plan(), "run `make docs`"


def test_the_table_of_settings_is_up_to_date() -> None:
    operations = (ROOT / "docs/operations.md").read_text()
    assert with_settings(operations) == operations, "run `make docs`"
    assert len(settings_table().splitlines()) == 2 + len(Settings.__dataclass_fields__)


def test_every_setting_is_used() -> None:
    used = {node.attr for m in modules() for node in ast.walk(m.tree) if isinstance(node, ast.Attribute)}
    assert set(Settings.__dataclass_fields__) - used == set()


def test_the_locked_files_agree_with_each_other() -> None:
    def pins(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))

    run, dev = pins("requirements.txt"), pins("requirements-dev.txt")
    assert len(run) > 40
    assert {name: (version, dev.get(name)) for name, version in run.items() if dev.get(name) != version} == {}
