"""The supervisor under measurement: the product's, with the bench's web processes (`python -m bench.serving`)."""

import sys

from app.supervisor import Supervisor
from kernel import logs
from kernel.settings import Settings

if __name__ == "__main__":
    settings = Settings.load()
    logs.configure(settings.log_style, settings.log_level.upper())
    sys.exit(Supervisor(settings, module="bench.processes").run())
