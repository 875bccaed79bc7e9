"""The composition root: the only place that knows every package. No business rule lives here.

asgi.py         the web application: routes, doors, templates, page cache
accepting.py    who of several processes takes the next connection
api.py          the JSON API's own table
backups.py      backup and restore, everything in one file
children.py     the supervisor's processes, from its side
cli.py          the `galleria` command
commands/       what the command does, by subject
database.py     which database, by which role, and the process's engine
demo/           the demo world: drawings, words, figures, and the program that plays them in
documents.py    the generated parts of docs/
doors.py        the kernel's look-ups, answered by tenants
layouts.py      what the pages of each part of the house have around them
listening.py    the listening socket
migrating.py    bringing the database up to date
migrations/     one linear history
nursery.py      imports the program once and forks its processes
outside.py      file store and mail, chosen by the settings
processes.py    what the nursery forks: web and worker
routes.py       all URL tables, in order
serving.py      an application under uvicorn: ready, stopping, parent gone
style_guide.py  every part of the look on one page
supervisor.py   database, web and worker processes under one roof
web.py          one web process
wiring.py       who listens to what
words.py        finds every text for people and keeps the catalogues of app/locale up to date
worker.py       the job process
"""
