"""The rules in force for a shop, kept in the process under its stamp; and those of the draft."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models.search_rules import ShopSearchRule, ShopSearchVersion
from catalog.search.rules import NO_RULES, SearchRules
from catalog.searching.compiling import compiled
from catalog.searching.shapes import Rule
from catalog.shop import ShopView
from kernel import stamps, tenancy
from kernel.db.statements import Statement

VERSION = Statement(
    "SELECT version FROM catalog.shop_search_version WHERE tenant_id = :tenant AND language = :language ORDER BY version DESC LIMIT 1"
)
RULES = Statement("SELECT rules FROM catalog.shop_search_version WHERE tenant_id = :tenant AND language = :language AND version = :version")
VERSIONS: stamps.Kept[int] = stamps.Kept(most=2000)
KEPT: stamps.Kept[SearchRules] = stamps.Kept(most=200)


def rules_for(session: Session, view: ShopView) -> SearchRules:
    """The rules that a shop's searches follow. One query where the shop's stamp has moved, one more for a new version, else none.

    The stamp moves with every price; versions never change, so what was made of one is kept beyond that.
    """

    def newest_version() -> int:
        row = VERSION.first(session, tenant=view.tenant_id, language=view.language)
        return row.version if row else 0

    version = VERSIONS.get(session, (view.tenant_id, view.stamp, view.language), newest_version)
    if not version:
        return NO_RULES

    def read() -> SearchRules:
        row = RULES.one(session, tenant=view.tenant_id, language=view.language, version=version)
        return compiled(view.language, view.market_code, [Rule.of_json(told) for told in row.rules])

    return KEPT.get(session, (view.tenant_id, view.market_code, view.language, version), read)


def drafted(session: Session, language: str) -> list[Rule]:
    """The draft, in its order."""
    rows = session.scalars(select(ShopSearchRule).where(ShopSearchRule.tenant_id == tenancy.current(), ShopSearchRule.language == language))
    return sorted((Rule.of_row(row) for row in rows), key=lambda rule: rule.group)


def draft_for(session: Session, view: ShopView) -> SearchRules:
    """The rules that searches would follow if the draft were in force."""
    return compiled(view.language, view.market_code, drafted(session, view.language))


def newest(session: Session, language: str) -> ShopSearchVersion | None:
    """The version in force; None where nothing was ever published."""
    query = select(ShopSearchVersion).where(ShopSearchVersion.tenant_id == tenancy.current(), ShopSearchVersion.language == language)
    return session.scalars(query.order_by(ShopSearchVersion.version.desc()).limit(1)).first()


def in_force(session: Session, language: str) -> list[Rule]:
    """The rules in force, as they were drafted."""
    found = newest(session, language)
    return [Rule.of_json(told) for told in found.rules] if found else []
