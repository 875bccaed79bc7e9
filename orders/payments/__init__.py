"""Payment: how the customer pays.

provider.py    the interface: a method offers itself and promises
on_account.py  purchase on account: pay the invoice within so many days
"""
