"""Who: tenants, their hosts, settings, people and rights.

models/  the tables of schema `tenants`
"""
