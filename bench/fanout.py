"""One brand, many partners: `python -m bench.fanout [PRODUCTS] [PARTNERS]` (10,000 and 500).

What partners take in storage, how long a publication of 200 changes takes until every partner's shop shows it, and what a list
page costs at the brand, at a partner, at one with own prices, at one that holds changes back. One JSON object per line.
"""

import sys
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import psutil
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from bench.search import cpu_seconds, tell
from catalog.adoptions import set_rules
from catalog.assortment import cards_for, search_scope, shop_product, sources_for, view_for
from catalog.events import CatalogPublished
from catalog.overlays import set_prices_by_percent
from catalog.publishing import publish
from catalog.relaying import tell_partners_of_publication
from catalog.search.pg import PgSearch
from catalog.search.provider import Filters, Page, Sort
from kernel import stamps
from kernel.db.session import PoolSize, make_engine, transaction, use_engine
from kernel.ids import new_id
from kernel.tenancy import entering
from tests.cluster import Database, fresh_database, running_cluster
from tests.factories.catalog import in_tenant, make_attribute, make_category, share, somebody
from tests.factories.tenants import make_market

EDITED = 200
RULED_ONE_IN = 5
ROUNDS, WARM_UP = 120, 20
FACETS = ("category", "brand", "colour", "price")
PRODUCTS = """
INSERT INTO catalog.product (tenant_id, id, sku, status, names, summaries, texts, brand, category_ids, attribute_values)
SELECT :tenant, gen_random_uuid(), 'EQ-' || lpad(n::text, 6, '0'), 'ready', jsonb_build_object('en', 'Sturdy thing ' || n),
  jsonb_build_object('en', 'One line about it'), jsonb_build_object('en', repeat('What it is made of and how long it lasts. ', 12)),
  'House ' || chr(65 + n % 12), ARRAY[(CAST(:categories AS uuid[]))[1 + n % 20]],
  jsonb_build_object('colour', (ARRAY['black', 'white', 'pine', 'copper'])[1 + n % 4])
FROM generate_series(1, :count) n
"""
PRICES = """
INSERT INTO catalog.list_price (tenant_id, id, product_id, currency, amount)
SELECT tenant_id, gen_random_uuid(), id, 'EUR', 10 + right(sku, 3)::int FROM catalog.product WHERE tenant_id = :tenant
"""
EDIT = """
UPDATE catalog.product SET names = jsonb_build_object('en', (names ->> 'en') || ' *'), updated_at = now()
WHERE tenant_id = :tenant AND id IN (SELECT id FROM catalog.product WHERE tenant_id = :tenant ORDER BY sku LIMIT :count)
"""
STORED = """
SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ('catalog', 'kernel') AND c.relkind = 'r'
"""
TENANT = "INSERT INTO tenants.tenant (id, slug, name, kind, status) VALUES (:id, :slug, :slug, :kind, 'active')"


class Channel:
    """The brand and its partners in a database of their own."""

    def __init__(self, database: Database, products: int, partners: int) -> None:
        self.owner = make_engine(database.owner_url, PoolSize(connections=1))
        self.superuser = make_engine(database.superuser_url, PoolSize(connections=1))
        self.engine = PgSearch()
        self.brand = self._tenant("brand", "brand")
        self._fill(products)
        before = self.stored()
        self.partners = [self._partner(n) for n in range(partners)]
        self.agreements = [agreement.id for agreement in share(self.brand, *self.partners, low="-20", high="20")]
        self._tidy()
        tell(what=f"{partners} partners agree", kilobytes_each=round((self.stored() - before) / 1024 / partners, 1))

    def _tenant(self, slug: str, kind: str) -> UUID:
        tenant_id = new_id()
        with self.owner.begin() as connection:
            connection.execute(text(TENANT), {"id": tenant_id, "slug": slug, "kind": kind})
        with in_tenant(tenant_id) as session:
            make_market(session, tenant_id, "eu")
        return tenant_id

    def _partner(self, number: int) -> UUID:
        return self._tenant(f"partner-{number}", "partner")

    def _fill(self, products: int) -> None:
        with in_tenant(self.brand) as session:
            make_attribute(session, self.brand, "colour", "choice", ["black", "white", "pine", "copper"], filterable=True)
            categories = [make_category(session, self.brand, f"shelf-{n}").id for n in range(20)]
            session.execute(text(PRODUCTS), {"tenant": self.brand, "categories": categories, "count": products})
            session.execute(text(PRICES), {"tenant": self.brand})
        self._tidy()
        self.version = self.publish(f"{products:,} products")
        self._tidy()

    def publish(self, what: str) -> int:
        """Publishes and says what that took."""
        started = time.perf_counter()
        with in_tenant(self.brand) as session:
            version = publish(session, somebody(self.brand), "eu").version
        tell(what=f"publish {what}", wall_s=round(time.perf_counter() - started, 2))
        return version

    def stored(self) -> int:
        """Bytes of all tables of the catalog and the kernel with their indexes."""
        with self.superuser.connect() as connection:
            return int(connection.execute(text(STORED)).scalar_one())

    def _tidy(self) -> None:
        with self.superuser.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))

    def rule(self) -> int:
        """Every so-manieth partner holds names back and looks at new products first."""
        ruled = list(zip(self.partners, self.agreements, strict=True))[::RULED_ONE_IN]
        for partner, agreement in ruled:
            with in_tenant(partner) as session:
                set_rules(session, somebody(partner), agreement, {"name": "hold", "added": "hold"})
        return len(ruled)

    def change(self, ruled: int) -> None:
        """Renames products, publishes, and carries the publication to every partner as the worker does."""
        stamped = {partner: self._stamp(partner) for partner in self.partners}
        before = self.stored()
        with in_tenant(self.brand) as session:
            session.execute(text(EDIT), {"tenant": self.brand, "count": EDITED})
        started = time.perf_counter()
        version = self.publish(f"{EDITED} changes")
        with in_tenant(self.brand) as session:
            tell_partners_of_publication(session, somebody(self.brand), CatalogPublished("eu", ["en"], version, EDITED, 0))
        wall = time.perf_counter() - started
        moved = sum(self._stamp(partner) > stamped[partner] for partner in self.partners)
        tell(
            what=f"publication of {EDITED} changes to all partners' shops", wall_s=round(wall, 2), goal_s=60, shops_moved=moved,
            of_them_with_rules=ruled, megabytes_stored=round((self.stored() - before) / 1_048_576, 1),
            shows_new=self._name(self.partners[1]).endswith("*"), holds_back=not self._name(self.partners[0]).endswith("*"),
        )  # fmt: skip

    def _stamp(self, tenant: UUID) -> int:
        with entering(tenant), transaction(read_only=True) as session:
            return stamps.current(session)

    def _name(self, tenant: UUID) -> str:
        with entering(tenant), transaction(read_only=True) as session:
            return shop_product(session, view_for(session, "eu", "en"), "sturdy-thing-1-eq-000001").name

    def list_page(self, shop: UUID, number: int) -> Callable[[Session], Any]:
        """A list of 24 with four facets, as a shop page asks for it; another page each time."""

        def asked(session: Session) -> Any:
            view = view_for(session, "eu", "en")
            sources = sources_for(session, view)
            page = Page(1 + number % 8, 24)
            found = self.engine.search(session, search_scope(view, sources), "", Filters(), FACETS, Sort.NAME, page)
            return cards_for(session, view, [hit.product_id for hit in found.hits], sources)

        return asked

    def price(self, partner: int) -> None:
        """This partner sets a price of its own on everything."""
        before = self.stored()
        with in_tenant(self.partners[partner]) as session:
            count = set_prices_by_percent(session, somebody(self.partners[partner]), self.agreements[partner], "EUR", Decimal(5))
        self._tidy()
        tell(what="own prices on everything", overlays=count, bytes_each=round((self.stored() - before) / count))


def compare(channel: Channel, shops: dict[str, UUID]) -> None:
    """CPU of a list page, the shops in turn so that a busy machine slows all of them alike; each page in a transaction of its
    own, as requests have it."""
    spent = {name: [0.0, 0.0] for name in shops}
    for number in range(WARM_UP + ROUNDS):
        for name, shop in shops.items():
            with entering(shop), transaction(read_only=True) as session:
                backend = psutil.Process(session.execute(text("SELECT pg_backend_pid()")).scalar_one())
                app, database = time.process_time(), cpu_seconds(backend)
                cards = channel.list_page(shop, number)(session)
                if len(cards) != 24:
                    raise RuntimeError(f"{name} shows {len(cards)} products")
                if number >= WARM_UP:
                    spent[name][0] += time.process_time() - app
                    spent[name][1] += cpu_seconds(backend) - database
    for name, (app, database) in spent.items():
        tell(what=f"list of 24, 4 facets: {name}", app_ms=round(app * 1000 / ROUNDS, 2), db_ms=round(database * 1000 / ROUNDS, 2))


def main() -> None:
    """Fills, then measures."""
    numbers = [int(word) for word in sys.argv[1:]]
    products, partners = (numbers + [10_000, 500][len(numbers) :])[:2]
    with running_cluster() as cluster, fresh_database(cluster) as database:
        made: Engine = make_engine(database.app_url, PoolSize(connections=4))
        use_engine(made)
        channel = Channel(database, products, partners)
        ruled = channel.rule()
        channel.price(2)
        channel.change(ruled)
        compare(
            channel,
            {
                "brand": channel.brand,
                "partner": channel.partners[1],
                "partner with own prices": channel.partners[2],
                "partner that holds 200 names back": channel.partners[0],
            },
        )
        for engine in (made, channel.owner, channel.superuser):
            engine.dispose()


if __name__ == "__main__":
    main()
