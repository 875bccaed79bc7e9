"""Mappings that are remembered, per tenant by name."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from catalog.exchange.bmecat_mapping import suggest_bmecat_mapping
from catalog.exchange.bundles import unpack_table
from catalog.exchange.guessing import suggest_mapping
from catalog.exchange.importing import check_may_look
from catalog.exchange.mapping import read_mapping
from catalog.exchange.reading import Row, open_table
from catalog.models import ImportMapping
from kernel import audit, tenancy
from kernel.actors import Actor
from kernel.errors import Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.ids import new_id

SAMPLE_ROWS = 20


def save_mapping(session: Session, actor: Actor, name: str, rules: Mapping[str, Any]) -> ImportMapping:
    """Remembers the mapping under the name, in place of an earlier one. Raises Invalid."""
    actor.must("catalog.import")
    name = name.strip()
    if not name or len(name) > 120:
        raise Invalid.at("name", _("Please give the mapping a name (at most 120 characters)."))
    read_mapping(rules)
    fresh = insert(ImportMapping).values(tenant_id=tenancy.current(), id=new_id(), name=name, rules=dict(rules))
    session.execute(fresh.on_conflict_do_update(index_elements=["tenant_id", "name"], set_={"rules": dict(rules)}))
    audit.record(session, actor, "mapping.saved", "import_mapping", name)
    return mapping_for(session, actor, name)


def mapping_for(session: Session, actor: Actor, name: str) -> ImportMapping:
    """The mapping of this name. Raises NotThere."""
    check_may_look(actor)
    mine = (ImportMapping.tenant_id == tenancy.current(), ImportMapping.name == name)
    found = session.scalar(select(ImportMapping).where(*mine).execution_options(populate_existing=True))
    if found is None:
        raise NotThere
    return found


def list_mappings(session: Session, actor: Actor) -> list[ImportMapping]:
    """All of the tenant's mappings by name."""
    check_may_look(actor)
    return list(session.scalars(select(ImportMapping).where(ImportMapping.tenant_id == tenancy.current()).order_by(ImportMapping.name)))


def forget_mapping(session: Session, actor: Actor, name: str) -> None:
    """Takes a mapping away. Raises NotThere."""
    actor.must("catalog.import")
    session.delete(mapping_for(session, actor, name))
    audit.record(session, actor, "mapping.forgotten", "import_mapping", name)


def look_into(path: Path, file_name: str, language: str = "en", currency: str = "EUR") -> tuple[list[str], list[Row], dict[str, Any]]:
    """A file's columns, its first rows and a suggested mapping: for the page on which a person maps. Raises Invalid, TooLarge."""
    with tempfile.TemporaryDirectory() as folder:
        return _looked_into(*unpack_table(path, file_name, Path(folder)), language, currency)


def _looked_into(path: Path, file_name: str, language: str, currency: str) -> tuple[list[str], list[Row], dict[str, Any]]:
    table = open_table(path, file_name)
    rows = [row for _number, row in zip(range(SAMPLE_ROWS), (row for _n, row in table.rows), strict=False)]
    headers = table.headers or list(dict.fromkeys(key for row in rows for key in row))
    if table.form.kind == "bmecat":
        return headers, rows, suggest_bmecat_mapping(headers, table.kinds, table.language)
    return headers, rows, suggest_mapping(headers, rows, language, currency)
