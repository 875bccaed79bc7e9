"""PostgreSQL: the server we bring along, who may connect, and the transactions everything runs in.

aside.py     short transactions beside the running one, for what must stay when that one is rolled back
base.py      what all tables share: keys with the tenant first, named constraints
binaries.py  where PostgreSQL's programs are
embedded.py  a server of our own in a data folder
locks.py     advisory locks by name, within the tenant
rls.py       row-level security: the one place where policies are written
roles.py     the three database roles and what a fresh database needs
session.py   sessions: one transaction per request, job or command, with the tenant set at BEGIN
statements.py  the statements that every page sends, straight to the driver
writing.py   new rows of several tables by one statement
"""
