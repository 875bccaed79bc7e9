"""The tables of schema `tenants`: the directory of tenants and hosts, and each tenant's own people and settings.

client.py    machine clients and their access tokens
columns.py   columns and constraints that these tables share
people.py    accounts, roles, one-time links, buyers of companies
party.py     business partners: parties, roles, relations, addresses
settings.py  profile, market, theme of a tenant
tenant.py    the platform's directory: tenants and the hosts they answer at
"""

from tenants.models.client import OauthClient, OauthToken
from tenants.models.party import Address, Party, PartyRelation, PartyRole
from tenants.models.people import Account, AccountRole, CompanyBuyer, OneTimeLink, Role
from tenants.models.settings import Market, Profile, Theme
from tenants.models.tenant import Host, Tenant

__all__ = [
    "Account",
    "AccountRole",
    "Address",
    "CompanyBuyer",
    "Host",
    "Market",
    "OauthClient",
    "OauthToken",
    "OneTimeLink",
    "Party",
    "PartyRelation",
    "PartyRole",
    "Profile",
    "Role",
    "Tenant",
    "Theme",
]
