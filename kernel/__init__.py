"""Kernel: what every business program needs and no business noun belongs to.

actors.py       who acts: guest, person, machine client or job; permissions; who is acting just now
audit.py        the audit trail and the hash chain that proves nobody changed it
clock.py        the present instant and date; working days
composing.py    a mail as it goes out, written at once from checked values
db/             PostgreSQL: embedded server, roles, sessions, row security, locks, transactions beside the running one
errors.py       everything that may go wrong on purpose, as one tree
events.py       events in the outbox, who listens, and each listener once
files.py        files per tenant, in a folder or in S3
health.py       named checks: database, disk, worker, outbox
i18n.py         languages: texts, figures, dates, names
idempotency.py  the same request key gives the same answer and one effect
ids.py          UUIDv7, random tokens and their hashes
jobs/           work outside of requests: the worker, tasks, chores
limits.py       rate limits shared by all processes
logs.py         log lines with tenant, request and actor, without secrets
mail.py         mail queued in the transaction, sent by the worker, in order
metrics.py      figures for Prometheus over all processes
models.py       the kernel's own tables
moments.py      instants at which something happens by itself
money.py        exact amounts in one currency, splits that lose no cent
numbers.py      numbers for people, without gaps, per tenant and series
outbound.py     the one way out over HTTP, closed to our own network
lines.py        kept connections to one server of the operator's own
pace.py         how fast somebody asks, and what was asked before, counted in the process
quantities.py   amounts with a unit of measure (UN/ECE Rec 20)
relay.py        carries outbox rows of all tenants to the job queue
settings.py     every setting, typed, from the environment
stamps.py       a number per tenant that moves when shop pages change
states.py       life cycles as tables
tenancy.py      which tenant is this: the one place that knows
web/            web plumbing: routes as data, one transaction per request, forms, page cache, errors as pages
"""
