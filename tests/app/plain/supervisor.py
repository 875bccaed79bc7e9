"""A supervisor of the plain processes."""

import sys

from app.supervisor import Supervisor
from kernel import logs
from kernel.settings import Settings

if __name__ == "__main__":
    chosen = Settings.load()
    logs.configure("json", "INFO")
    sys.exit(Supervisor(chosen, web="tests.app.plain.web", worker="tests.app.plain.worker").run())
