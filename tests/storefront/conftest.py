"""The application with the four furnished tenants, as in tests/isolation."""

from tests.isolation.conftest import house, people, site, world

__all__ = ["house", "people", "site", "world"]
