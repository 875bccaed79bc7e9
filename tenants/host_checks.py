"""Asking the domain name system who owns a host name: by tasks, outside of every transaction.

A look-up may take seconds and depends on other people's servers; meanwhile no connection is held and no row is locked.
The answer is written down afterwards (tenants.hosts), with what came of it for whoever asked.
"""

import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import dns.exception
import dns.resolver
from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel import limits
from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.errors import NotThere, TooMany, Unavailable
from kernel.i18n import gettext as _
from kernel.jobs.tasks import defer, task
from kernel.tenancy import current
from tenants.finding import one
from tenants.hosts import EDIT, record_for, settle_proof, settle_recheck
from tenants.models import Host

log = logging.getLogger(__name__)

LOOKUP_SECONDS = 3.0
ASKED, ASKED_SECONDS = 30, 60 * 60
PROVE_TASK = "tenants.prove_host"
RECHECK_TASK = "tenants.recheck_hosts"


def dns_txt_records(name: str) -> list[str]:
    """The texts of the name's TXT records, asked now; empty where it has none. Unavailable where nobody could say."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=LOOKUP_SECONDS, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as error:
        raise Unavailable(_("The domain could not be looked up at the moment. Please try again in a few minutes.")) from error
    return [b"".join(row.strings).decode("ascii", "replace") for row in answer]


def ask_to_prove(session: Session, actor: Actor, host_id: UUID) -> Host:
    """Has the worker look for the record of a claim; what came of it stands in the row a moment later (`outcome`,
    `checked_at`, `state`). TooMany beyond thirty an hour."""
    actor.must(EDIT)
    row = one(session, actor, Host, host_id)
    if row.state == "pending":
        _count(actor)
        defer(session, PROVE_TASK, {"host_id": str(row.id)}, actor=actor)
    return row


@task(PROVE_TASK)
def prove_asked(actor: Actor, args: dict[str, Any]) -> None:
    """Looks and writes down what came of it. Does nothing for a claim that has been given up meanwhile."""
    host_id = UUID(args["host_id"])
    try:
        with transaction(read_only=True) as session:
            name = record_for(one(session, actor, Host, host_id))[0]
        answer = _looked_up(name)
        with transaction() as session:
            settle_proof(session, actor, host_id, answer)
    except NotThere:
        log.info("the claim was given up before it was looked at", extra={"host_id": str(host_id)})


def ask_to_recheck(session: Session) -> None:
    """Has the worker look at every active host of the current tenant. A daily chore."""
    if session.scalar(select(Host.id).where(Host.tenant_id == current(), Host.state == "active").limit(1)) is not None:
        defer(session, RECHECK_TASK, {}, lock=RECHECK_TASK)


@task(RECHECK_TASK, long=True)
def recheck_hosts(actor: Actor, _args: dict[str, Any]) -> None:
    """Looks at every active host of the current tenant. A name that nobody could look up keeps its turn for tomorrow."""
    with transaction(read_only=True) as session:
        mine = select(Host).where(Host.tenant_id == current(), Host.state == "active").order_by(Host.host)
        asked = [(row.id, record_for(row)[0]) for row in session.scalars(mine)]
    for host_id, name in asked:
        answer = _looked_up(name)
        if answer is None:
            continue
        try:
            with transaction() as session:
                settle_recheck(session, actor, host_id, answer)
        except NotThere:
            continue


def _looked_up(name: str) -> Sequence[str] | None:
    try:
        return dns_txt_records(name)
    except Unavailable:
        log.info("host not looked up", extra={"record": name})
        return None


def _count(actor: Actor) -> None:
    try:
        limits.hit("host_checks", str(actor.tenant_id), ASKED, ASKED_SECONDS)
    except TooMany as error:
        raise TooMany(error.retry_after_seconds, _("We have looked very often now. Please try again later.")) from error
