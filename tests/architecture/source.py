"""The project's own source files, parsed once: modules, their imports, their functions."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.documents import PACKAGES, ROOT


@dataclass(frozen=True)
class Module:
    """One source file."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def lines(self) -> int:
        """Lines that are not empty."""
        return sum(1 for line in self.path.read_text().splitlines() if line.strip())


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """All modules below the folders; without folders, of all packages but the migrations."""
    found = []
    for folder in folders or PACKAGES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "versions" in parts or "node_modules" in parts:
                continue
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found.append(Module(name, path, ast.parse(path.read_text())))
    return tuple(found)


def imported(node: ast.AST, known: frozenset[str]) -> set[str]:
    """Our own modules that an import statement names; `from kernel import logs` names kernel.logs."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names if alias.name in known}
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        parts = {f"{node.module}.{alias.name}" for alias in node.names}
        whole = {node.module} if any(part not in known for part in parts) else set()
        return (parts | whole) & known
    return set()


def known_names() -> frozenset[str]:
    """Names of all our modules."""
    return frozenset(module.name for module in modules())
