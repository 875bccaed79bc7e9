"""One measured thing, what it should cost, the results file, and the table in docs/performance.md."""

import json
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "results"
DOCUMENT = HERE.parent / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
DEARER = 1.15


@dataclass
class Load:
    """What so many connections got: answers per second, latency in ms, answers that were none (errors)."""

    connections: int
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    errors: int = 0


@dataclass
class Figure:
    """CPU in ms per request, of the application and of PostgreSQL; `goal` is the pair to stay below."""

    name: str
    app_ms: float
    db_ms: float
    goal: tuple[float, float] | None = None
    loads: list[Load] = field(default_factory=list)

    @property
    def holds(self) -> bool | None:
        """Is the sum within the goal's sum? None where there is no goal."""
        return None if self.goal is None else self.app_ms + self.db_ms <= sum(self.goal)


@dataclass
class Fact:
    """A single number with its unit and what it should stay below."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    note: str = ""


@dataclass
class Report:
    """A whole run."""

    when: str
    commit: str
    machine: str
    load_average: float
    figures: list[Figure] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)

    def lines(self) -> Iterable[dict[str, Any]]:
        """As JSON objects, the head first."""
        yield {"when": self.when, "commit": self.commit, "machine": self.machine, "load_average": self.load_average}
        yield from (asdict(f) for f in self.figures)
        yield from (asdict(f) for f in self.facts)


def commit() -> str:
    """The short name of the commit that is checked out, with a plus where files differ from it."""
    name = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=HERE, capture_output=True, text=True, check=False).stdout.strip()
    changed = subprocess.run(["git", "status", "--porcelain", "-uno"], cwd=HERE, capture_output=True, text=True, check=False).stdout.strip()
    return f"{name or 'unknown'}{'+' if changed else ''}"


def keep(report: Report) -> Path:
    """Writes the results file and returns it."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{report.when.replace(':', '').replace(' ', '-')}-{report.commit}.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in report.lines()))
    return path


def latest() -> dict[str, float]:
    """CPU ms (both together) by name in the newest results file; empty where there is none."""
    files = sorted(RESULTS.glob("*.jsonl")) if RESULTS.exists() else []
    if not files:
        return {}
    told = [json.loads(line) for line in files[-1].read_text().splitlines()]
    return {line["name"]: line["app_ms"] + line["db_ms"] for line in told if "app_ms" in line}


def dearer(report: Report, before: dict[str, float]) -> list[str]:
    """Sentences about what costs over 15 % more than before."""
    return [
        f"{f.name}: {before[f.name]:.3g} ms before, {f.app_ms + f.db_ms:.3g} ms now"
        for f in report.figures
        if f.name in before and f.app_ms + f.db_ms > DEARER * before[f.name]
    ]


def write_table(report: Report) -> None:
    """Puts the run into docs/performance.md between its markers."""
    text = DOCUMENT.read_text()
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    DOCUMENT.write_text(f"{before}{BEGIN}\n{table(report)}\n{END}{after}")


def table(report: Report) -> str:
    """The run as Markdown."""
    head = f"{report.when}, commit `{report.commit}`, {report.machine}. Load average before the run: {report.load_average:.1f}."
    lines = [head, "", "| what | CPU ms, app + database | goal | requests/s at 1 / 8 / 32 | p50 / p95 / p99 ms at 8 | errors |"]
    lines.append("|---|---|---|---|---|---|")
    lines += [_row(figure) for figure in report.figures]
    lines += ["", "| what | measured | goal |", "|---|---|---|"]
    lines += [f"| {f.name} | {f.value:g} {f.unit}{f' ({f.note})' if f.note else ''} | {_below(f)} |" for f in report.facts]
    return "\n".join(lines)


def _row(figure: Figure) -> str:
    goal = f"≤ {figure.goal[0]:g} + {figure.goal[1]:g}" if figure.goal else "–"
    rates = " / ".join(_short(load.per_second) for load in figure.loads)
    middle = next((load for load in figure.loads if load.connections == 8), figure.loads[-1])
    times = " / ".join(_short(ms) for ms in (middle.p50_ms, middle.p95_ms, middle.p99_ms))
    mark = {True: "", False: " ✗", None: ""}[figure.holds]
    errors = sum(load.errors for load in figure.loads)
    return f"| {figure.name} | {_short(figure.app_ms)} + {_short(figure.db_ms)}{mark} | {goal} | {rates} | {times} | {errors} |"


def _below(fact: Fact) -> str:
    return f"≤ {fact.goal:g} {fact.unit}{'' if fact.value <= fact.goal else ' ✗'}" if fact.goal is not None else "–"


def _short(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 1 else f"{value:.3f}"
