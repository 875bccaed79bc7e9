"""Who: tenants with their hosts, looks and markets; parties, people, roles and rights; signing in; machine clients.

actors.py        who stands at the door: the actor of a session cookie, with all rights, in two queries
address_book.py  addresses of a person or a company, one standard address each for delivery and bills
addresses.py     postal addresses by country: fields, order, what must be filled, how a label is written (pure)
api.py           access tokens and what machine clients may ask of this package, as JSON
chores.py        what is done for every tenant every so often: old links, old tokens, hosts looked at again
clients.py       machine clients: credentials, access tokens, scopes
companies.py     companies that buy: buyers with roles, asked before they are one
directory.py     the platform's list of tenants: by slug, by id, by kind
events.py        what this package tells the others
finding.py       one row of the acting tenant, or NotThere; lists in slices
host_checks.py   asking the domain name system who owns a host name, by tasks
host_names.py    host names in their normal form (pure)
hosts.py         web addresses of a tenant's own: claimed, proved by a TXT record, given up
invitations.py   how many invitations a person, a tenant and an address may have
letters.py       mails of this package, without a template language
markets.py       countries, currency, languages, gross or net
models/          the tables of schema `tenants`
onboarding.py    opening, suspending, closing tenants: by command, as the database's owner
palette.py       every colour of the interface from one or two brand colours, readable by calculation (pure)
parties.py       business partners: persons, organisations, groups; roles, relations, duplicates
people.py        accounts: invite, accept, deactivate, list
permissions.py   what a member of staff may do, in plain words; the roles a tenant starts with
profile.py       legal name, contact, imprint, time zone, open for registration or not
resolution.py    host name to tenant: exact match or nothing
roles.py         bundles of permissions, edited as data; nobody gives what he does not hold
signin/          passwords, browser sessions, links that work once, registration, resets
themes.py        the look: draft, preview, publish
trail.py         reading the audit trail
wording.py       what people type, made fit to keep: a line, a mail address, a telephone number (pure)
"""
