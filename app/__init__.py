"""The composition root: the only place that knows every package. No business rule lives here.

asgi.py         the web application: settings, routes, doors, templates, page cache
cli.py          the `galleria` command
commands/       what the command does, by subject
demo/           the demo world: drawings, words, figures, and the program that plays them in
doors.py        the kernel's look-ups, answered by tenants
migrating.py    bringing the database up to date
migrations/     one linear history
routes.py       all URL tables, in order
supervisor.py   database, web and worker processes under one roof
web.py          one web process
wiring.py       who listens to what
worker.py       the job process
"""
