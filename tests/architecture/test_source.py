"""Layers, cycles, sizes and names of our own modules."""

import ast
import subprocess
import sys
from pathlib import Path

from app.documents import PACKAGES, ROOT
from tests.architecture.source import Module, imported, known_names, modules

LONGEST_FUNCTION, LONGEST_MODULE, LONGEST_TEST_MODULE = 60, 400, 600
LAYER_NAMES = {"service", "services", "util", "utils", "helper", "helpers", "manager", "managers", "common", "misc", "base_service"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(module: Module) -> list[Function]:
    return [node for node in ast.walk(module.tree) if isinstance(node, Function)]


def test_packages_import_downward_only_and_business_rules_never_see_a_request() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_no_function_imports_our_own_modules() -> None:
    known = known_names()
    found = [
        f"{module.name}:{getattr(node, 'lineno', 0)}"
        for module in modules()
        for function in functions(module)
        for node in ast.walk(function)
        if imported(node, known) or (isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"))
    ]
    allowed = {"app.migrations.env"}  # brings in the models of whatever packages have some
    assert [place for place in found if place.split(":")[0] not in allowed] == []


def test_nothing_is_imported_for_type_checking_only() -> None:
    assert [m.name for m in modules() if "TYPE_CHECKING" in m.path.read_text()] == []


def test_no_modules_import_each_other_in_a_ring() -> None:
    known = known_names()
    graph = {m.name: set().union(*(imported(node, known) for node in ast.walk(m.tree))) - {m.name} for m in modules()}
    while True:  # take away whatever imports nothing that is left; a ring can never be taken away
        leaves = [name for name, targets in graph.items() if not targets & graph.keys()]
        if not leaves:
            break
        for name in leaves:
            del graph[name]
    needed = {name: sorted(targets & graph.keys()) for name, targets in graph.items()}
    assert needed == {}


def test_functions_stay_within_their_size() -> None:
    found = [
        f"{m.name}.{f.name}: {(f.end_lineno or 0) - f.lineno + 1}"
        for m in (*modules(), *modules("tests", "bench"))
        for f in functions(m)
        if (f.end_lineno or 0) - f.lineno + 1 > LONGEST_FUNCTION
    ]
    assert found == []


def test_modules_stay_within_their_size() -> None:
    assert [f"{m.name}: {m.lines}" for m in (*modules(), *modules("bench")) if m.lines > LONGEST_MODULE] == []
    assert [f"{m.name}: {m.lines}" for m in modules("tests") if m.lines > LONGEST_TEST_MODULE] == []


def test_modules_are_named_for_the_business() -> None:
    assert [m.name for m in modules() if set(m.name.split(".")) & LAYER_NAMES] == []


def test_every_module_and_public_function_says_what_it_is() -> None:
    silent = [m.name for m in modules() if m.tree.body and ast.get_docstring(m.tree) is None]
    for module in modules():
        for node in module.tree.body:
            if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_") and ast.get_docstring(node) is None:
                silent.append(f"{module.name}.{node.name}")
    assert silent == []


def test_nobody_commits_inside_a_use_case() -> None:
    business = [p for p in PACKAGES if p not in ("kernel", "app")]
    found = [
        f"{m.name}:{node.lineno}"
        for m in modules(*business)
        for node in ast.walk(m.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert found == []


def test_every_folder_with_modules_is_a_package() -> None:
    folders = {m.path.parent for m in modules()}
    assert sorted(str(f.relative_to(ROOT)) for f in folders if not (f / "__init__.py").exists()) == []
