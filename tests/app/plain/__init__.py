"""The smallest processes a supervisor can keep, so that its own behaviour is tested apart from the shop's.

processes.py   a web process that answers with its process id, `/slow` after half a second; a worker that waits
supervisor.py  a supervisor of these
"""
