"""What this package's tables need every so often, for each tenant: old links and tokens go, proved hosts are looked at again."""

from kernel.jobs.chores import every
from kernel.jobs.tasks import task
from tenants import host_checks
from tenants.clients import forget_old_tokens
from tenants.signin import resets
from tenants.signin.links import forget_old_links


def register() -> None:
    """Says when, and what can be asked for; called once at the start of each process."""
    task(resets.SEND_TASK)(resets.send_reset)
    task(host_checks.PROVE_TASK)(host_checks.prove_asked)
    task(host_checks.RECHECK_TASK, long=True)(host_checks.recheck_hosts)
    every("20 * * * *", "tenants.tokens", forget_old_tokens)
    every("25 3 * * *", "tenants.links", forget_old_links)
    every("40 4 * * *", "tenants.hosts", host_checks.ask_to_recheck)
