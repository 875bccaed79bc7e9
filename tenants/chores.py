"""What this package's tables need every so often, for each tenant: old links and tokens go, proved hosts are looked at again."""

import logging

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel.actors import Actor
from kernel.errors import Unavailable
from kernel.jobs.chores import every
from kernel.jobs.tasks import task
from kernel.tenancy import current
from tenants.clients import forget_old_tokens
from tenants.hosts import TxtRecords, dns_txt_records, recheck_host, record_for
from tenants.models import Host
from tenants.signin import resets
from tenants.signin.links import forget_old_links

log = logging.getLogger(__name__)


def register() -> None:
    """Says when, and what can be asked for; called once at the start of each process."""
    task(resets.SEND_TASK)(resets.send_reset)
    every("20 * * * *", "tenants.tokens", forget_old_tokens)
    every("25 3 * * *", "tenants.links", forget_old_links)
    every("40 4 * * *", "tenants.hosts", recheck_hosts)


def recheck_hosts(session: Session, records: TxtRecords = dns_txt_records) -> int:
    """Looks at every active host of the current tenant; returns how many were released. A name that nobody could look up
    keeps its turn for tomorrow. Rows are locked only after the answer is there."""
    released = 0
    for host in session.scalars(select(Host).where(Host.tenant_id == current(), Host.state == "active").order_by(Host.host)).all():
        try:
            answer = list(records(record_for(host)[0]))
        except Unavailable:
            log.info("host not looked up", extra={"host": host.host})
            continue
        released += not recheck_host(session, Actor.job(current(), "tenants.hosts"), host.id, _known(answer))
    return released


def _known(answer: list[str]) -> TxtRecords:
    """A look-up whose answer is there already."""
    return lambda _name: answer
