"""A supervisor of the plain processes."""

import sys

from app.supervisor import Supervisor
from kernel import logs
from kernel.settings import Settings

if __name__ == "__main__":
    chosen = Settings.load()
    logs.configure("json", "INFO")
    sys.exit(Supervisor(chosen, module="tests.app.plain.processes").run())
