"""Many requests for pages that change nothing, by wrk: addresses in turn, as fast as so many connections get answers."""

import json
import subprocess
from pathlib import Path

from bench.figures import Load

SCRIPT = """
local requests, turn = {}, 0
function init(args)
  for line in io.lines(PATHS) do
    requests[#requests + 1] = wrk.format("GET", line, {["Host"] = HOST, ["Accept-Encoding"] = "gzip, deflate, br"})
  end
end
function request()
  turn = turn % #requests + 1
  return requests[turn]
end
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('{"n": %d, "us": %d, "p50": %d, "p95": %d, "p99": %d, "errors": %d}\\n', summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(95), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
"""


def press(port: int, host: str, paths: list[str], connections: int, seconds: float, folder: Path) -> tuple[int, Load]:
    """The number of answers, and what the load was like. Statuses from 400 on count as errors."""
    listed, script = folder / "paths.txt", folder / "press.lua"
    listed.write_text("\n".join(paths) + "\n")
    script.write_text(f"PATHS = {json.dumps(str(listed))}\nHOST = {json.dumps(host)}\n{SCRIPT}")
    words = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{max(1, round(seconds))}s",
        "--timeout",
        "10s",
        "-s",
        str(script),
        f"http://127.0.0.1:{port}/",
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=seconds + 30)
    told = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))
    rate = told["n"] / (told["us"] / 1e6)
    return told["n"], Load(connections, round(rate, 1), told["p50"] / 1000, told["p95"] / 1000, told["p99"] / 1000, told["errors"])
