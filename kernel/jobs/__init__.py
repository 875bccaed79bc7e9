"""Work that happens outside of requests: handling events, long tasks, and what is due every so often.

tasks.py     tasks by name, asked for in a transaction (`defer`) and run by the worker: imports, renditions
chores.py    what each tenant needs every so often: sealing, cleaning, trimming, sending mails
work.py      one message of the outbox: tenant and actor restored, handlers or the task run, the row settled
queue.py     the job library (procrastinate 3.10) set up for us: connection, retries, stalled jobs, the timetable
connecting.py  the library's connections: one message per statement, listening that sleeps until something arrives
running.py   the worker process: relay, job runner, signs of life, a stop that waits
failed.py    jobs that were given up: listed, tried once more, forgotten
draining.py  relay and all due jobs at once in this thread: for tests and commands
"""

from kernel.jobs.chores import every, list_tenants_by
from kernel.jobs.draining import drain_once
from kernel.jobs.running import run_worker
from kernel.jobs.tasks import defer, task

__all__ = ["defer", "drain_once", "every", "list_tenants_by", "run_worker", "task"]
