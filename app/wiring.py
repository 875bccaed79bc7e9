"""Who listens to what, and which chores run when: the one place where packages that must not know each other meet."""

from collections.abc import Iterable
from uuid import UUID

from kernel import tenancy
from kernel.db.session import transaction
from kernel.jobs import list_tenants_by
from kernel.settings import Settings
from tenants import chores as tenant_chores
from tenants.directory import list_tenants


def wire(settings: Settings) -> None:
    """Connects everything; called once at the start of each process. Doing it again changes nothing."""
    list_tenants_by(tenant_ids)
    tenant_chores.register()


def tenant_ids() -> Iterable[UUID]:
    """All tenants that are served."""
    with tenancy.outside(), transaction(read_only=True) as session:
        return [tenant.id for tenant in list_tenants(session)]
