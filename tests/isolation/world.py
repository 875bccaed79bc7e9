"""Four tenants with one of everything, so that every id a route takes exists on both sides of every wall.

`home` is a brand that shares its bikes with `dealer`; `abroad` is a brand that shares with `stranger`. All four have
the same mails, article numbers, category codes and order numbers; every text of a tenant carries its canary word.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import completeness, documents, relations
from catalog.assortment import view_for
from catalog.choosing import Choice, choose
from catalog.classification import make_system, put_classes
from catalog.content.appearing import publish as publish_page
from catalog.content.banners import BannerEdit, write_banner
from catalog.content.blocks import Form, PageContent, Text
from catalog.content.menus import write_menu
from catalog.content.pages import NewPage, make_page
from catalog.content.redirects import add_redirect
from catalog.exchange.importing import start_import
from catalog.exchange.mappings import save_mapping
from catalog.families import FamilyEdit, make_family, set_family
from catalog.feed_keys import make_key
from catalog.models import (
    ContentFile,
    ContentRedirect,
    ContentRequest,
    DroppedPicture,
    ImportChange,
    ImportRun,
    Picture,
    PublicationRun,
    PublishedProduct,
)
from catalog.previews import make_link
from catalog.publication_plans import Wish, plan_publication
from catalog.search.rules import Pin
from catalog.searching import drafts, judging, publishing
from catalog.searching.shapes import Rule
from catalog.timed_prices import add_timed_price
from kernel.actors import Actor
from kernel.ids import new_id
from kernel.numbers import next_number
from orders import cart as carts
from orders import stock
from orders.links import token_of
from orders.models import StockNotice, WebhookDelivery
from orders.notices import token_of as notice_token
from orders.status import confirm
from orders.webhooks import EndpointEdit, add_endpoint
from storefront.front import FrontTexts, write_front
from tenants import profile, themes
from tenants.clients import create_client
from tenants.hosts import claim_host
from tenants.models import Account, CompanyBuyer, Market, Party
from tenants.parties import relate
from tenants.signin import sessions
from tenants.signin.links import give_link
from tests.conftest import MakeShop, Shop
from tests.factories.catalog import in_tenant, make_attribute, make_category, make_product, make_variants, publish_all, share, somebody
from tests.factories.orders import BERLIN, details, place, visitor
from tests.factories.tenants import make_account, make_address, make_administrator, make_company, make_market, make_role, person, staff

ADA, BARE, MIRA, NORA, JONAS = "ada@example.com", "bare@example.com", "mira@example.com", "nora@example.com", "jonas@example.com"
NOBODY_KNOWS = UUID("01900000-0000-7000-8000-000000000000")
RULES = {"columns": [{"column": "sku", "field": "sku"}, {"column": "name", "field": "name:en"}]}


@dataclass
class Tenant:
    """A shop and the ids of what it has. `word` is the canary in what visitors may read, `secret` in everything else."""

    shop: Shop
    word: str
    secret: str
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def is_far(self) -> bool:
        """Must not be seen from home or from the dealer; its order numbers are its own."""
        return self.word in ("zebrafink", "yakmantel")

    @property
    def id(self) -> UUID:
        return self.shop.id

    @property
    def slug(self) -> str:
        return self.shop.slug


@dataclass
class World:
    """The four."""

    home: Tenant
    abroad: Tenant
    dealer: Tenant
    stranger: Tenant

    @property
    def all(self) -> tuple[Tenant, ...]:
        return self.home, self.abroad, self.dealer, self.stranger


def build(make_shop: MakeShop) -> World:
    """All four, furnished and connected."""
    words = {"home": "quokka", "abroad": "zebrafink", "dealer": "okapiline", "stranger": "yakmantel"}
    made = {
        name: Tenant(make_shop("brand" if name in ("home", "abroad") else "partner"), word, f"{word}hush") for name, word in words.items()
    }
    for tenant in made.values():
        furnish(tenant)
    world = World(**made)
    for brand, partner in ((world.home, world.dealer), (world.abroad, world.stranger)):
        agreement = share(brand.id, partner.id, name=f"Terms {brand.secret}", category_ids=(UUID(brand.ids["category"]),))[0]
        brand.ids["agreement"] = partner.ids["agreement"] = str(agreement.id)
        brand.ids["partner"] = str(partner.id)
        partner.ids["shared"], partner.ids["scope"] = brand.ids["product"], brand.ids["category"]
        with in_tenant(partner.id) as session:
            actor = somebody(partner.id)
            partner.ids["change"] = str(choose(session, actor, agreement.id, Choice()).id)
            key = str(make_key(session, actor, agreement.id, f"Shop {partner.secret}").key.id)
            brand.ids["feed_key"] = partner.ids["feed_key"] = key
    return world


def furnish(tenant: Tenant) -> None:
    """One of everything."""
    with in_tenant(tenant.id) as session:
        make_market(session, tenant.id, "eu")
        _people(session, tenant)
        _goods(session, tenant)
        _house(session, tenant)
        publish_all(session, tenant.id, "eu")
    with in_tenant(tenant.id) as session:
        _sales(session, tenant)


def _people(session: Session, tenant: Tenant) -> None:
    word, ids = tenant.secret, tenant.ids
    ada = make_administrator(session, tenant.id, ADA, f"Ada {word}")
    bare = make_account(session, tenant.id, BARE, f"Bare {word}", permissions=())
    mira = make_account(session, tenant.id, MIRA, f"Mira {word}")
    nora = make_account(session, tenant.id, NORA, f"Nora {word}")
    jonas = make_account(session, tenant.id, JONAS, f"Jonas {word}")
    kai = make_account(session, tenant.id, "kai@example.com", f"Kai {word}")
    works = make_company(session, tenant.id, f"Works {word}", (jonas, "manager"), (kai, "buyer"))
    second, third = (make_company(session, tenant.id, f"{name} {word}", (jonas, "buyer")) for name in ("Second", "Third"))
    rivals = make_company(session, tenant.id, f"Rivals {word}", (nora, "manager"))
    make_address(session, works, city=word.capitalize())
    ids |= {
        "works": str(works.id),
        "second": str(second.id),
        "rivals": str(rivals.id),
        "join": give_link(session, jonas, "join_company", str(third.id)),
    }
    ids |= {
        "buyer": _buyer(session, works, kai),
        "rival_buyer": _buyer(session, rivals, nora),
        "nora_join": give_link(session, nora, "join_company", str(third.id)),
    }
    invited = make_account(session, tenant.id, "invited@example.com", f"Invited {word}", permissions=(), status="invited")
    fresh = make_account(session, tenant.id, "fresh@example.com", f"Fresh {word}", status="unconfirmed")
    ids |= {"ada": str(ada.id), "account": str(bare.id), "mira": str(mira.id), "nora": str(nora.id), "invited": str(invited.id)}
    homes = {
        name: make_address(session, session.get_one(Party, (tenant.id, who.party_id)), word.title())
        for name, who in (("mira", mira), ("nora", nora))
    }
    ids |= {f"{name}_address": str(address.id) for name, address in homes.items()}
    ids["role"] = str(make_role(session, tenant.id, "order.view", name=f"Role {word}").id)
    ids["session"] = str(sessions.start(session, ada, sessions.Browser(f"Browser {word}")).session_id)
    ids["mira_session"] = str(sessions.start(session, mira, sessions.Browser(f"Browser {word}")).session_id)
    ids["reset"] = give_link(session, mira, "reset", mira.email_key)
    ids["invitation"] = give_link(session, invited, "invitation", invited.email_key)
    ids["confirm"] = give_link(session, fresh, "confirm_mail", fresh.email_key)


def _buyer(session: Session, company: Party, account: Account) -> str:
    mine = (CompanyBuyer.company_id == company.id, CompanyBuyer.account_id == account.id)
    return str(session.scalars(select(CompanyBuyer.id).where(*mine)).one())


def _search_rules(session: Session, tenant: Tenant, product_id: UUID) -> None:
    actor, product = somebody(tenant.id), Pin(tenant.id, product_id)
    rule = drafts.add_rule(session, actor, "en", Rule("synonym", (f"rule {tenant.secret}", "bike")))
    drafts.add_rule(session, actor, "en", Rule("pin", (f"pin {tenant.secret}",), products=(product,)))
    publishing.publish_rules(session, actor, "en", f"Rules {tenant.secret}")
    drafts.add_rule(session, actor, "en", Rule("redirect", (f"lead {tenant.secret}",), address="/all"))
    judging.judge(session, actor, "en", "bike", {product: 3})
    tenant.ids["rule"] = str(rule.id)


def _goods(session: Session, tenant: Tenant) -> None:
    word, ids = tenant.word, tenant.ids
    make_attribute(session, tenant.id, "colour", "choice", ("pine", "copper"), filterable=True)
    frame = make_attribute(session, tenant.id, "frame", "choice", ("s", "m"), is_axis=True)
    sheet = FamilyEdit(
        {"en": f"Family {tenant.secret}"}, [{"labels": {"en": f"Group {word}"}, "attributes": ["colour", "frame"]}], [], [], ["frame"]
    )
    family = make_family(session, somebody(tenant.id), "bikes", sheet)
    bikes = make_category(session, tenant.id, "bikes")
    own = make_category(session, tenant.id, f"parts-{word}")
    twin = make_product(
        session, tenant.id, "BK-1", "Pine bike", "1299.00", category=bikes, brand=f"Brand {word}", gtin="4006381333931",
        summaries={"en": f"Summary {word}"}, texts={"en": f"Text of {word}."}, attribute_values={"colour": "pine"},
    )  # fmt: skip
    only = make_product(session, tenant.id, f"ONLY-{word.upper()}", f"Only {word}", "899.00", category=own)
    parent = make_product(session, tenant.id, "VP-1", f"Sized {word}", None, category=own)
    make_variants(session, tenant.id, parent, "frame", {"s": "100.00", "m": "110.00"})
    loose = make_product(session, tenant.id, "LOOSE-1", f"Never shown {tenant.secret}", None, category=own, status="draft")
    set_family(session, somebody(tenant.id), twin.id, family.id)
    completeness.refresh_due(session)
    paper = documents.add_document(session, somebody(tenant.id), f"{tenant.secret}.txt", b"How to care for it.")
    ids |= {"family": str(family.id), "document": str(paper.id)}
    relations.relate(session, somebody(tenant.id), twin.id, "spare_part", [only.sku])
    _search_rules(session, tenant, twin.id)
    picture = Picture(
        tenant_id=tenant.id, id=new_id(), product_id=twin.id, file_key=f"pictures/{word}.webp", digest="0" * 64, width=800, height=600,
        alts={"en": f"Picture {word}"}, state="ready", renditions=[{"format": "webp", "width": 320, "height": 240, "key": f"r/{word}.webp", "bytes": 9}],
    )  # fmt: skip
    session.add(picture)
    dropped = DroppedPicture(
        tenant_id=tenant.id, id=new_id(), file_name=f"{tenant.secret}.png", file_key=f"uploads/{word}", bytes=9, state="unknown",
    )  # fmt: skip
    session.add(dropped)
    stock.set_stock(
        session, staff(tenant.id), [stock.StockLine(p.id, tenant.id, p.sku, Decimal(20)) for p in (twin, only)], f"Count {tenant.secret}"
    )
    etim = make_system(session, somebody(tenant.id), "ETIM", "9.0", f"ETIM {tenant.secret}")
    put_classes(session, somebody(tenant.id), etim.id, [("EC1", {"en": f"Class {tenant.secret}"}, "")])
    tenant.ids["class_system"] = str(etim.id)
    save_mapping(session, somebody(tenant.id), "Usual file", RULES)
    run = start_import(
        session, somebody(tenant.id), f"{tenant.secret}.csv", f"sku,name\nX-1,{tenant.secret}\n".encode(), RULES, "Usual file", dry_run=True
    )
    real = ImportRun(
        tenant_id=tenant.id, id=new_id(), file_name=f"{tenant.secret}.csv", file_key=run.file_key, file_digest="0" * 64, file_bytes=9,
        rules=RULES, state="finished",
    )  # fmt: skip
    session.add(real)
    session.flush()
    session.add(
        ImportChange(tenant_id=tenant.id, run_id=real.id, product_id=loose.id, made=True, before={}, after={}, touched=loose.touched)
    )
    ids["real_run"] = str(real.id)
    ids |= {
        "category": str(bikes.id), "own_category": str(own.id), "product": str(twin.id), "only": str(only.id), "loose": str(loose.id),
        "picture": str(picture.id), "drop": str(dropped.id), "run": str(run.id), "attribute": str(frame.id), "parent": str(parent.id),
    }  # fmt: skip


def _house(session: Session, tenant: Tenant) -> None:
    word, ids, boss = tenant.word, tenant.ids, staff(tenant.id)
    themes.save_draft(session, boss, themes.Look(tagline=f"Tagline {word}", primary="#772255" if tenant.is_far else "#225533"))
    themes.publish_draft(session, boss)
    themes.save_draft(session, boss, themes.Look(tagline=f"Draft {tenant.secret}", primary="#225577"))
    write_front(session, boss, "en", FrontTexts(headline=f"Headline {word}", story_title="Story", story=f"Story of {word}"))
    profile.change_details(session, boss, profile.ShopDetails(legal_name=f"House {word}", contact_email=f"help@{word}.example"))
    _pages(session, tenant)
    works, second, rivals = (UUID(ids[name]) for name in ("works", "second", "rivals"))
    ids["tie"] = str(relate(session, boss, second, "subsidiary_of", works).id)
    ids["rival_tie"] = str(relate(session, boss, second, "member_of", rivals).id)
    ids["claim"] = str(claim_host(session, boss, f"{tenant.secret}.example.com").id)
    ids["client"] = str(create_client(session, boss, f"Client {tenant.secret}", ["order.view"]).client.id)
    hook = EndpointEdit(url="http://127.0.0.1:8080/hook", events=["order.placed"], description=f"Hook {tenant.secret}")
    endpoint = add_endpoint(session, boss, hook).endpoint
    delivery = WebhookDelivery(
        tenant_id=tenant.id, id=new_id(), endpoint_id=endpoint.id, event_id=new_id(), event_type="order.placed",
        body=f'{{"word":"{tenant.secret}"}}', state="given_up",
    )  # fmt: skip
    session.add(delivery)
    ids |= {"endpoint": str(endpoint.id), "delivery": str(delivery.id)}


def _pages(session: Session, tenant: Tenant) -> None:
    """A page at two addresses, a post, all published; a draft that nobody may see; one each of what else a site has."""
    word, ids, boss = tenant.word, tenant.ids, staff(tenant.id)
    blocks = [Text(id="words", text=f"Page of {word}"), Form(id="asking", title="Write")]
    ids |= {"page_path": f"story-{word}", "post": f"news-{word}"}
    for name, kind, path in (
        ("page", "page", ids["page_path"]),
        ("deep_page", "page", f"about/us/{ids['page_path']}"),
        ("post_page", "post", ids["post"]),
    ):
        made = make_page(session, boss, NewPage(kind, "eu", "en", path, f"Title {word}"), PageContent(blocks=blocks))
        publish_page(session, boss, made.id)
        ids[name] = str(made.id)
    ids["page_group"] = str(made.group_id)
    shown = ContentFile(tenant_id=tenant.id, id=new_id(), kind="picture", digest=f"{word:0<64}", file_key=f"pictures/page-{word}.webp")
    session.add(shown)
    ids["content_file"] = str(shown.id)
    hidden = PageContent(blocks=[Text(text=f"Draft {tenant.secret}")])
    message = ContentRequest(
        tenant_id=tenant.id, id=new_id(), page_id=UUID(ids["page"]), market_code="eu", language="en", name=f"Asking {tenant.secret}",
        email=f"asks@{word}.example", message=f"Message {tenant.secret}",
    )  # fmt: skip
    session.add(message)
    ids["message"] = str(message.id)
    ids["banner"] = str(write_banner(session, boss, BannerEdit("eu", "en", f"Banner {word}", is_on=True)).id)
    write_menu(session, boss, "eu", "en", "head", [{"kind": "categories"}, {"label": f"Menu {word}", "link": ids["page_path"]}])
    add_redirect(session, boss, f"/old-{tenant.secret}", f"/en-eu/{ids['page_path']}")
    ids["redirect"] = str(session.scalars(select(ContentRedirect.id)).one())
    ids["draft_page"] = str(make_page(session, boss, NewPage("page", "eu", "en", "not-yet", f"Draft {tenant.secret}"), hidden).id)


def _sales(session: Session, tenant: Tenant) -> None:
    word, ids = tenant.word, tenant.ids
    ids |= {"market": str(session.scalars(select(Market.id)).one()), "tenant": str(tenant.id), "pairing": themes.Look().pairing}
    ids["theme"] = themes.live_look(session, tenant.id).digest
    mira, nora = (session.get_one(Account, (tenant.id, UUID(ids[name]))) for name in ("mira", "nora"))
    view = view_for(session, "eu", "en")
    told = details(BERLIN.model_copy(update={"name": f"Buyer {tenant.secret}"}))
    if tenant.is_far:
        next_number(session, "order", first=700_001)
    guest = visitor(tenant.id)
    for name, buyer in (("order", person(mira)), ("mira_order", person(mira)), ("nora_order", person(nora)), ("guest_order", guest)):
        carts.add(session, buyer, view, UUID(ids["product"]), Decimal(1))
        cart = carts.current_cart(session, buyer, "eu")
        assert cart is not None
        placed = place(session, buyer, cart, told, link_base=f"http://{tenant.slug}.localhost/en-eu/order")
        ids[name], ids[f"{name}_token"] = placed.order.number, token_of(placed.order)
    _note(session, tenant)
    failed = PublicationRun(tenant_id=tenant.id, id=new_id(), market_code="eu", note=f"Note {tenant.secret}", state="failed")
    session.add(failed)
    ids["publishing"] = str(failed.id)
    [plan] = plan_publication(session, staff(tenant.id), Wish(["eu"], "2090-12-01T08:00", note=f"Plan {tenant.secret}"))
    ids["plan"] = str(plan.id)
    timed = add_timed_price(session, staff(tenant.id), UUID(ids["product"]), "EUR", "9.90", "2090-01-01T00:00", "2090-02-01T00:00")
    ids["timed_price"] = str(timed.id)
    ids["preview"] = str(make_link(session, staff(tenant.id), "eu", "en", note=f"Preview {tenant.secret}").id)
    ids["line"] = _cart_line(session, person(mira), tenant)
    ids["nora_line"] = _cart_line(session, person(nora), tenant)
    ids["slug"] = _slug(session, ids["only"])
    ids["twin_slug"] = _slug(session, ids["product"])
    ids["parent_slug"] = _slug(session, ids["parent"])
    _waits(session, tenant)
    ids["category_slug"] = f"parts-{word}"


def _waits(session: Session, tenant: Tenant) -> None:
    """Somebody waits for a product."""
    notice = StockNotice(
        tenant_id=tenant.id, id=new_id(), product_id=UUID(tenant.ids["only"]), email=f"waits-{tenant.secret}@example.com",
        email_key=f"waits-{tenant.secret}@example.com", market_code="eu", language="en", link_base=f"http://{tenant.slug}.localhost/en-eu",
        secret=b"n" * 32, state="asked",
    )  # fmt: skip
    session.add(notice)
    session.flush()
    tenant.ids["notice"], tenant.ids["notice_token"] = str(notice.id), notice_token(notice)


def _note(session: Session, tenant: Tenant) -> None:
    """Staff have written something to the first order."""
    confirm(session, staff(tenant.id), tenant.ids["order"], f"Note {tenant.secret}")


def _cart_line(session: Session, buyer: Actor, tenant: Tenant) -> str:
    view = view_for(session, "eu", "en")
    carts.add(session, buyer, view, UUID(tenant.ids["product"]), Decimal(2))
    found = carts.show(session, buyer, view)
    return str(found.lines[0].line_id)


def _slug(session: Session, product_id: str) -> str:
    mine = (PublishedProduct.product_id == UUID(product_id), PublishedProduct.language == "en", PublishedProduct.to_version.is_(None))
    return session.scalars(select(PublishedProduct.slug).where(*mine)).one()
