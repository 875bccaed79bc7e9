"""A shop's products for price comparisons and advertising: the whole assortment of a place as a Google Merchant feed.

Read in batches, each in a transaction of its own, so that an assortment of any size passes through in constant memory.
"""

import hashlib
from collections.abc import Iterator, Mapping
from uuid import UUID

from catalog.assortment import ShopPicture, ShopProduct, ShopView, shop_products, shop_state, view_for
from catalog.browsing import sold_ids
from catalog.content.listing import listing_of
from kernel import limits, tenancy
from kernel.db.session import transaction
from kernel.errors import NotThere
from kernel.web.answers import Answer
from kernel.web.visit import Visit
from orders.availability import Supply, supplies_for
from storefront.merchant import ENDING, Item, heading_xml, item_xml, pictures_for

BATCH = 200
FROM_ONE_NETWORK = 60
HOUR = 3600
WIDEST = 1280
XML = "application/xml; charset=utf-8"


def google(visit: Visit) -> Answer:
    """Everything the shop sells here, as RSS with the namespace g; 304 where nothing has moved. NotThere where the shop does
    not want to be listed."""
    if visit.place.preview or not listing_of(visit.session).is_listed:
        raise NotThere
    limits.hit("merchant_feed", limits.network_of(visit.address), FROM_ONE_NETWORK, HOUR)
    view = view_for(visit.session, visit.place.market, visit.place.language)
    versions = [(str(source.tenant_id), source.version) for source in shop_state(visit.session, view).sources]
    told = (str(view.tenant_id), view.market_code, view.language, view.currency, view.stamp, versions, visit.base_url)
    mark = hashlib.sha256(repr(told).encode()).hexdigest()[:32]
    if visit.headers.get("if-none-match", "").removeprefix("W/") == f'"{mark}"':
        return Answer(status=304, content_type=XML).header("etag", f'"{mark}"')
    return Answer(content_type=XML, stream=_written(visit, view)).header("etag", f'"{mark}"').header("cache-control", "public, no-cache")


def _written(visit: Visit, view: ShopView) -> Iterator[bytes]:
    yield heading_xml(visit.tenant.name, visit.absolute("home"), visit.tenant.name).encode()
    after = None
    while True:
        with tenancy.entering(view.tenant_id), transaction(read_only=True) as session:
            ids = sold_ids(session, view, after, BATCH)
            found = shop_products(session, view, ids, shown=True)
            products = [found[i] for i in ids if i in found]
            lines = [line.id for product in products for line in (product.variants or (product,))]
            supplies = supplies_for(session, lines)
        yield "".join(item_xml(item) for product in products for item in _items(visit, product, supplies)).encode()
        if len(ids) < BATCH:
            break
        after = ids[-1]
    yield ENDING.encode()


def _items(visit: Visit, product: ShopProduct, supplies: Mapping[UUID, Supply]) -> Iterator[Item]:
    for variant in product.variants or (None,):
        line = variant or product
        supply = supplies[line.id].under(line.selling)
        link = visit.absolute("product", slug=product.slug, **({"v": variant.sku} if variant else {}))
        pictures = (_address(visit, picture) for picture in pictures_for(product, variant))
        yield Item(product, variant, supply, link, tuple(filter(None, pictures)))


def _address(visit: Visit, picture: ShopPicture) -> str:
    fitting = [rendition for rendition in picture.of_format("jpeg") if rendition.width <= WIDEST]
    return visit.file_url(picture.source_tenant_id, fitting[-1].key) if fitting else ""
