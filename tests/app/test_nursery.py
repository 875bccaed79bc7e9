"""What is forked must be safe to fork."""

import subprocess
import sys

CODE = """
import os
import app.processes
from kernel.db import session
from kernel.ids import new_id

assert session._engine is None
print(len(os.listdir("/proc/self/task")), flush=True)
for _ in range(2):
    if os.fork() == 0:
        print(*(new_id() for _ in range(100)), flush=True)
        os._exit(0)
    os.wait()
"""


def test_the_program_is_loaded_with_one_thread_and_no_connection_and_forks_make_different_ids() -> None:
    said = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True).stdout.splitlines()
    threads, first, second = said
    assert threads == "1"
    assert len({*first.split(), *second.split()}) == 200
