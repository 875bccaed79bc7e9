"""The program as the supervisor runs it: web processes and the worker, out of one nursery (`python -m app.processes`)."""

from app.nursery import nurse
from app.web import answer
from app.worker import work_as_child

if __name__ == "__main__":
    nurse({"web": answer, "worker": work_as_child})
