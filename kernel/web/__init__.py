"""Web plumbing: everything between a socket and a use case, without a business noun.

access.py      who may use a route: a value on every route
answers.py     what a handler gives back: page, redirect, JSON, file
asgi.py        the outermost door: host, request id, page cache, errors
compiling.py   Jinja's code with direct calls and no needless escaping
cursors.py     cursor paging for the API: opaque, signed by shape only
doors.py       what the kernel must be told from above: tenant of a host, actor of a cookie or token
errors.py      the error tree as branded pages and as problem documents (RFC 9457)
forgery.py     did this request come from one of our own pages?
forms.py       typed forms: pydantic in, field errors out, nothing typed is lost
headers.py     content security policy and the other headers of every answer
media.py         pictures and files from a cookie-less host, by marked addresses
openapi.py     OpenAPI 3.1 from the handlers' types
operations.py  /health, /ready, /metrics
pagecache.py   pages that are the same for everybody, answered before anything else is touched
routes.py      routes are data: page() and api()
running.py     one request: form, actor, one transaction, handler, commit, then send
static.py      built assets with immutable names
templating.py  Jinja environment, layouts, fragments by block
urls.py        the URL table by name
visit.py       what a handler is given
"""
