"""The smallest processes a supervisor can keep, so that its own behaviour is tested apart from the shop's.

web.py         answers every request with its process id, `/slow` after half a second
worker.py      does nothing until it is told to stop
supervisor.py  a supervisor of these
"""
