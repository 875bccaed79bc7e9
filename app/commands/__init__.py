"""What `galleria` can do, by subject; every command is a thin door to a use case.

options.py  options that several commands share, and the settings they lead to
demo.py     demo: everything with a demo world in it
run.py      serve, web, worker, migrate, prepare
data.py     backup, restore
tenants.py  tenant create and host, user create, client create
jobs.py     jobs failed and retry
search.py   search check and rebuild
doctor.py   doctor: what is missing, and the way out
importing.py  import products and undo
exporting.py  export bmecat
"""
