"""A world for one check: a brand, a second one and a partner that nobody else knows, their goods, agreements and overlays, and
an engine to ask. Everything is removed at the end.

The tenants have ids and no row in the directory: no shop page, no chore and no job ever meets them. What is published goes
into the embedded index in a transaction, as publishing does it, and to Meilisearch, where one is given, right after.
"""

from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from catalog.intervals import Place
from catalog.models.sharing import Agreement, Overlay
from catalog.search import own_names
from catalog.search.checks.goods import GOODS, id_of, product
from catalog.search.documents import SearchDocument
from catalog.search.indexing import apply_changes
from catalog.search.meili import feeding
from catalog.search.meili.server import MeiliServer
from catalog.search.models import SearchIndex
from catalog.search.provider import SearchEngine, SearchResult, SearchScope, SearchSource, Suggestions
from catalog.search.stock import StockReader, reading_stock_by
from catalog.search.writing import drop_build
from kernel.db.session import transaction
from kernel.ids import new_id
from kernel.tenancy import entering

MARKET, LANGUAGE, CURRENCY = "eu", "en", "EUR"


class World:
    """Three tenants and an engine; `with World(engine, server) as world`. `server` is fed beside the embedded index."""

    def __init__(self, engine: SearchEngine, server: MeiliServer | None = None) -> None:
        self.engine, self.server = engine, server
        self.brand, self.twin, self.partner = new_id(), new_id(), new_id()
        self._versions: dict[tuple[UUID, Place], int] = {}
        self._until_the_end = ExitStack()

    def __enter__(self) -> "World":
        return self

    def __exit__(self, *_error: object) -> None:
        self._until_the_end.close()
        for tenant_id in (self.brand, self.twin, self.partner):
            with entering(tenant_id):
                if self.server is not None:
                    feeding.drop_all(self.server)
                with transaction() as session:
                    for build in session.scalars(select(SearchIndex.build).where(SearchIndex.tenant_id == tenant_id)).all():
                        drop_build(session, build)
                    session.execute(delete(Overlay).where(Overlay.tenant_id == tenant_id))
                    session.execute(delete(Agreement).where(Agreement.tenant_id == tenant_id))

    # --- what there is

    def publish(
        self,
        documents: Iterable[SearchDocument],
        removed: Iterable[UUID] = (),
        tenant_id: UUID | None = None,
        language: str = LANGUAGE,
        market: str = MARKET,
    ) -> None:
        """What a publication does to the indexes; of the brand where no tenant is named."""
        tenant_id, place, gone = tenant_id or self.brand, Place(market, language), list(removed)
        with entering(tenant_id):
            taken: list[SearchDocument] = []
            with transaction() as session:
                apply_changes(session, market, language, _noting(documents, taken), gone)
            version = self._versions.get((tenant_id, place), 0) + 1
            self._versions[tenant_id, place] = version
            if self.server is not None and version == 1:
                feeding.put_anew(self.server, place, taken, version)
            elif self.server is not None:
                feeding.put_moved(self.server, place, taken, gone, version)

    def publish_goods(self, tenant_id: UUID | None = None) -> None:
        """All of GOODS, in English."""
        self.publish([product(tenant_id or self.brand, name) for name in GOODS], tenant_id=tenant_id)

    def share(self, state: str = "active", market: str = MARKET, brand: UUID | None = None) -> UUID:
        """An agreement of the brand with the partner; its id."""
        tenant_id = brand or self.brand
        with entering(tenant_id), transaction() as session:
            made = Agreement(
                tenant_id=tenant_id,
                partner_tenant_id=self.partner,
                name="Check",
                market_code=market,
                state=state,
                valid_from=date(2026, 1, 1),
            )
            session.add(made)
            session.flush()
            return made.id

    def overlay(self, agreement_id: UUID, name: str, **values: Any) -> None:
        """What the partner lays over one of the brand's products or variants."""
        product_id = id_of(self.brand, name)
        with entering(self.partner):
            with transaction() as session:
                session.execute(delete(Overlay).where(Overlay.tenant_id == self.partner, Overlay.product_id == product_id))
                session.add(
                    Overlay(
                        tenant_id=self.partner, id=new_id(), agreement_id=agreement_id, source_tenant_id=self.brand,
                        product_id=product_id, **values,
                    )
                )  # fmt: skip
                own_names.keep(session, [product_id])
            if self.server is not None:
                feeding.feed_names(self.server, [product_id])

    def read_stock_by(self, reader: StockReader) -> None:
        """Until the end of this world `reader` says what the entered tenant has in stock."""
        self._until_the_end.enter_context(reading_stock_by(reader))

    # --- what is asked

    def own_scope(self, tenant_id: UUID | None = None, language: str = LANGUAGE, currency: str = CURRENCY) -> SearchScope:
        """A brand's own shop."""
        tenant_id = tenant_id or self.brand
        return SearchScope(tenant_id, currency, (SearchSource(tenant_id, MARKET, language),))

    def partner_scope(self, agreement_id: UUID, currency: str = CURRENCY, **source: Any) -> SearchScope:
        """The partner's shop, with what the brand shares."""
        return SearchScope(self.partner, currency, (SearchSource(self.brand, MARKET, LANGUAGE, agreement_id=agreement_id, **source),))

    def find(self, text: str = "", scope: SearchScope | None = None, **more: Any) -> SearchResult:
        """A search in a request of the seller's own; in the brand's own shop where no scope is named."""
        scope = scope or self.own_scope()
        with entering(scope.seller_id), transaction(read_only=True) as session:
            return self.engine.search(session, scope, text, **more)

    def suggest(self, prefix: str, scope: SearchScope | None = None) -> Suggestions:
        """Suggestions in a request of the seller's own."""
        scope = scope or self.own_scope()
        with entering(scope.seller_id), transaction(read_only=True) as session:
            return self.engine.suggest(session, scope, prefix)

    def as_seller(self, seller_id: UUID, scope: SearchScope, text: str, **more: Any) -> SearchResult:
        """A search with a scope that somebody else has made up."""
        with entering(seller_id), transaction(read_only=True) as session:
            return self.engine.search(session, scope, text, **more)

    def names(self, result: SearchResult) -> list[str]:
        """The hits by short name, in order; "?" for what is nobody's goods."""
        known = {id_of(tenant_id, name): name for tenant_id in (self.brand, self.twin) for name in GOODS}
        return [known.get(hit.product_id, "?") for hit in result.hits]

    def found(self, text: str = "", scope: SearchScope | None = None, **more: Any) -> list[str]:
        """The same of a search."""
        return self.names(self.find(text, scope, **more))


def _noting(documents: Iterable[SearchDocument], taken: list[SearchDocument]) -> Iterable[SearchDocument]:
    for document in documents:
        taken.append(document)
        yield document
