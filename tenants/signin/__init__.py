"""Signing in: passwords, browser sessions, links that work once.

links.py         links that are sent by mail: bound to account, purpose and value, single use
passwords.py     argon2id behind a gate of two, and which passwords are good enough
registration.py  customers register themselves and confirm their address
resets.py        a forgotten or changed password
sessions.py      browser sessions: start, find, rotate, list, end
signing_in.py    e-mail address and password open a session
"""
