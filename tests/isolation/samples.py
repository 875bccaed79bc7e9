"""For every route: which id stands for each parameter of its path, the least that its body must say, and who may use it.

`{name}` in a path or body is an id of the tenant asked for (tests/isolation/world.py). A route that is missing here
makes a test fail, so that no new page is left out of the walls' tests.
"""

from dataclasses import dataclass, field
from typing import Any

from kernel.web.routes import Entry
from kernel.web.urls import PARAM
from tests.isolation.world import ADA, BARE, MIRA, Tenant

ADDRESS = {"country_code": "DE", "name": "Mira Castell", "street_address": "Hafenweg 3", "city": "Berlin", "postal_code": "10115"}
WHERE = {"email": "mira@example.com", **{f"delivery.{name}": value for name, value in ADDRESS.items()}}
TERMS = {"name": "More", "market_code": "eu", "valid_from": "2026-01-01", "categories": "{category}", "overlay_fields": "price"}
PRODUCT = {"sku": "NEW-1", "status": "draft", "names.en": "New", "categories": "{category}", "edit_version": "1"}
API_TERMS = {"partner_id": "{partner}", "name": "More", "market": "eu", "valid_from": "2026-01-01", "category_ids": ["{category}"]}
API_PRODUCT = {"sku": "NEW-2", "names": {"en": "New"}, "category_ids": ["{category}"]}
API_ORDER = {
    "cart_id": "{cart}",
    "email": "m@example.com",
    "shipping_address": ADDRESS,
    "shipping": "standard",
    "accepted_total": "1299.00",
}
STOCK = {"product_id": "{product}", "on_hand": "7"}


@dataclass(frozen=True)
class Sample:
    """`params`: path parameter → name of an id. `body`: form fields or JSON. `query`: of a GET. `others`: path parameter →
    the same tenant's thing that belongs to somebody else. `works`: statuses with which it may succeed."""

    params: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    others: dict[str, str] = field(default_factory=dict)
    works: tuple[int, ...] = (200, 201, 204, 303)


def of(
    params: str = "", body: dict[str, Any] | None = None, query: str = "", others: str = "", works: tuple[int, ...] | None = None
) -> Sample:
    """`params` and `others` as "id=product picture=picture"."""
    pairs = [dict(word.split("=") for word in text.split()) for text in (params, others)]
    return Sample(pairs[0], body or {}, query, pairs[1], works or (200, 201, 204, 303))


ORDER, LINE, ID = "number=order", "line=line", "id={}"
SAMPLES: dict[str, Sample] = {
    # the shop
    "start": of(), "home": of(), "everything": of(), "compare": of(), "notices.asked": of(), "recent.show": of(), "feed.google": of(), "notices.ask": of(body={"product_id": "{only}", "email": "m@example.com"}, works=(303, 409)),
    "notices.by_link": of("id=notice token=notice_token"), "notices.answer": of("id=notice token=notice_token", {"answer": "yes"}),
    "matrix.show": of("slug=parent_slug"), "matrix.add": of("slug=parent_slug", {"quantities.x": ""}, works=(422,)), "me": of(), "help": of(), "looks.robots": of(),
    "category": of("slug=category_slug"), "product": of("slug=slug"), "search": of(query="?q=bike"), "suggest": of(query="?q=bi"),
    "looks.style": of("digest=theme"), "preview": of("id=page"), "content.one": of("one=page_path"), "content.two": of("one=!blog two=post"),
    "content.three": of("one=!about two=!us three=page_path"), "blog.index": of(), "blog.feed": of(), "sitemap.index": of(),
    "sitemap.pages": of(), "sitemap.products": of(), "asking.thanks": of(),
    "asking.send": of(body={"page": "{page}", "block": "asking", "name": "Mira", "email": "mira@example.com", "message": "Hello"}),
    "cart.show": of(), "cart.add": of(body={"product_id": "{product}", "quantity": "1"}), "cart.accept_changes": of(),
    "cart.set_quantity": of(LINE, {"quantity": "3"}, others="line=nora_line"), "cart.remove": of(LINE, others="line=nora_line"),
    "cart.put_back": of(LINE, others="line=nora_line"),
    "checkout.begin": of(), "checkout.where": of(), "checkout.save_where": of(body=WHERE), "checkout.review": of(),
    "checkout.place": of(body={"key": "k" * 40, "total": "1.00", "shipping": "standard", "payment": "on_account"}),
    "orders.by_link": of("number=guest_order token=guest_order_token", others="number=nora_order token=nora_order_token"),
    "orders.cancel_by_link": of("number=guest_order token=guest_order_token", others="number=nora_order token=nora_order_token"),
    "orders.mine": of(), "orders.show": of(ORDER, others="number=nora_order"),
    "orders.cancel": of("number=mira_order", {"reason": "No"}, others="number=nora_order"),
    "account.show": of(), "account.save": of(body={"name": "Mira C.", "language": "en"}),
    "account.change_password": of(body={"old": "galleria-demo", "new": "a much longer one 77"}),
    "account.end_others": of(), "account.end_session": of("id=mira_session", others="id=session"),
    "addresses.show": of(), "addresses.new": of(), "addresses.add": of(body=ADDRESS), "addresses.edit": of("id=mira_address", others="id=nora_address"),
    "addresses.change": of("id=mira_address", {**ADDRESS, "city": "Potsdam", "postal_code": "14467"}, others="id=nora_address"),
    "addresses.remove": of("id=mira_address", others="id=nora_address"),
    "addresses.make_standard": of("id=mira_address", {"purpose": "billing"}, others="id=nora_address"),
    "company.show": of(), "company.choose": of("id=second", others="id=rivals"),
    "company.add_buyer": of(body={"email": "lea@example.com", "name": "Lea", "role": "buyer"}),
    "company.change_buyer": of("buyer=buyer", {"role": "viewer"}, others="buyer=rival_buyer"),
    "company.remove_buyer": of("buyer=buyer", others="buyer=rival_buyer"),
    "company.invitation": of("token=join"), "company.join": of("token=join", others="token=nora_join"),
    "sign_in": of(), "signing_in.enter": of(body={"email": ADA, "password": "galleria-demo"}), "sign_out": of(),
    "signing_in.register": of(),
    "signing_in.registered": of(body={"name": "New", "email": "new@example.com", "password": "a much longer one 77"}),
    "signing_in.confirm": of("token=confirm"), "signing_in.confirmed": of("token=confirm", {"password": "galleria-demo"}),
    "signing_in.ask_reset": of(), "signing_in.asked_reset": of(body={"email": MIRA}),
    "signing_in.new_password": of("token=reset"), "signing_in.set_password": of("token=reset", {"password": "a much longer one 77"}),
    "signing_in.invitation": of("token=invitation"),
    "signing_in.accept_invitation": of("token=invitation", {"name": "New", "password": "a much longer one 77"}),
    # the desk
    "desk.home": of(), "desk.takings.export": of(), "desk.orders": of(), "desk.order": of(ORDER),
    "desk.order.confirm": of("number=nora_order", {"note": "ok"}), "desk.order.ship": of(ORDER, {"carrier": "DHL"}),
    "desk.order.deliver": of(ORDER, works=(409,)), "desk.order.close": of(ORDER, works=(409,)), "desk.order.cancel": of(ORDER, {"note": "no"}),
    "desk.stock": of(), "desk.stock.count": of(body=STOCK), "desk.stock.item": of("id=product"),
    "desk.stock.item.count": of("id=product", {"on_hand": "7"}), "desk.stock.item.quantities": of("id=product", {"least": "2", "step": "2"}),
    "desk.customers": of(),
    "desk.party": of("id=works"), "desk.party.relate": of("id=works", {"kind": "member_of", "to": "{rivals}"}),
    "desk.party.end": of("id=works relation=tie", others="relation=rival_tie"),
    "desk.companies.new": of(), "desk.companies.make": of(body={"name": "New works"}), "desk.company": of("id=works"),
    "desk.company.add_buyer": of("id=works", {"email": "lea@example.com", "name": "Lea", "role": "buyer"}),
    "desk.company.remove_buyer": of("id=works buyer=buyer", others="buyer=rival_buyer"),
    "desk.products": of(), "desk.products.new": of(), "desk.products.make": of(body=PRODUCT), "desk.product": of("id=product"),
    "desk.product.change": of("id=product", {**PRODUCT, "sku": "BK-1", "status": "ready"}, works=(303, 409)),
    "desk.product.remove": of("id=loose"),
    "desk.product.add_pictures": of("id=product", {"alts.en": "A bike"}),
    "desk.product.remove_picture": of("id=product picture=picture"),
    "desk.pictures": of("id=product"), "desk.pictures.arrange": of("id=product", {"pictures.0.id": "{picture}", "pictures.0.alts.en": "A bike"}),
    "desk.drops": of(), "desk.drops.drop": of(body={"trim": "true"}, works=(422,)), "desk.drops.match": of(), "desk.drops.clear": of(),
    "desk.drops.give": of("drop=drop", {"sku": "VP-1"}), "desk.drops.discard": of("drop=drop"),
    "desk.bulk": of(body={"ids": "{product}"}), "desk.bulk.begin": of(body={"ids": "{product}", "what": "status", "status": "ready"}),
    "desk.variants": of("id=parent"), "desk.variants.axes": of("id=loose", {"axes": "frame"}),
    "desk.variants.add": of("id=parent", {"sku": "VP-1-X", "values.frame": "s"}, works=(422,)),
    "desk.classes": of(), "desk.classes.make": of(body={"code": "GPC", "version": "1"}), "desk.class_system": of("id=class_system"),
    "desk.class_system.list": of("id=class_system", {"language": "en"}, works=(422,)), "desk.class_system.remove": of("id=class_system"),
    "desk.product_classes": of("id=product"), "desk.product_classes.save": of("id=product", {"rows.0.key": "ETIM-9.0", "rows.0.code": "EC1", "edit_version": "1"}, works=(303, 409)),
    "desk.packaging": of("id=product"),
    "desk.packaging.change": of("id=product", {"unit": "C62", "packaging.0.place": "0", "packaging.0.unit": "BX", "packaging.0.content": "12",
                                               "packaging.0.orderable": "true", "ordering.base": "true", "edit_version": "1"}, works=(303, 409)),
    "desk.relations": of("id=product"), "desk.relations.add": of("id=product", {"accessories": "VP-1", "successor": "LOOSE-1"}),
    "desk.relations.arrange": of("id=product", {"kind": "spare_part", "ids": "{only}"}),
    "desk.search": of(), "desk.search.new": of(query="?kind=pin&about=bike"), "desk.search.rule": of("id=rule"),
    "desk.search.make": of(body={"kind": "stop_word", "words": "cheap"}), "desk.search.rule.remove": of("id=rule"),
    "desk.search.rule.change": of("id=rule", {"words": "klaxon\nbell"}), "desk.search.export": of(), "desk.search.upload": of(works=(422,)),
    "desk.search.asked": of(), "desk.search.versions": of(), "desk.search.publish": of(body={"language": "en"}, works=(303, 409)),
    "desk.search.back": of(body={"language": "en", "version": "0"}, works=(303, 409)), "desk.search.take_back": of(),
    "desk.search.relevance": of(), "desk.search.measure": of(body={"language": "en"}), "desk.search.judge": of(query="?q=bike"),
    "desk.search.judged": of(body={"language": "en", "query": "bike"}), "desk.search.judgements.upload": of(works=(422,)),
    "desk.search.forget": of(body={"language": "en", "query": "bike"}, works=(303, 404)), "desk.search.judgements.export": of(),
    "desk.categories": of(), "desk.categories.make": of(body={"code": "new", "names.en": "New", "parent": "{category}"}),
    "desk.category": of("id=category"),
    "desk.category.change": of("id=own_category", {"code": "x", "names.en": "Other", "parent": "{category}", "edit_version": "1"}),
    "desk.category.remove": of("id=own_category", works=(303, 409)),
    "desk.attributes": of(), "desk.attributes.new": of(), "desk.attributes.make": of(body={"code": "weight", "kind": "number", "labels.en": "Weight"}),
    "desk.attribute": of("id=attribute"), "desk.attribute.change": of("id=attribute", {"labels.en": "Frame size", "edit_version": "1"}, works=(303, 409)),
    "desk.attribute.remove": of("id=attribute", works=(409,)),
    "desk.product.add_document": of("id=product", {"target": "colour"}, works=(422,)),
    "api.description_api.list_attributes": of(), "api.description_api.make_attribute": of(body={"code": "note", "kind": "text"}),
    "api.description_api.change_attribute": of("id=attribute", {"labels": {"en": "Frame size"}}),
    "api.description_api.list_families": of(), "api.description_api.show_family": of("id=family"), "api.description_api.make_family": of(body={"code": "more"}),
    "api.description_api.change_family": of("id=family", {"names": {"en": "Other"}}),
    "api.description_api.move_product": of("id=product", {"family_id": "{family}"}),
    "api.description_api.list_places": of(), "api.description_api.show_completeness": of(query="?market=eu&language=en"),
    "api.description_api.add_document": of(body={"name": "more.txt", "content": "aGVsbG8="}), "api.description_api.show_document": of("id=document"),
    "desk.families": of(), "desk.families.new": of(),
    "desk.families.make": of(body={"code": "more", "names.en": "More", "groups.0.labels.en": "Frame", "groups.0.add.0": "frame"}),
    "desk.family": of("id=family"), "desk.family.change": of("id=family", {"names.en": "Other", "edit_version": "1"}),
    "desk.family.remove": of("id=family", works=(409,)),
    "desk.product.family": of("id=product"), "desk.product.family.move": of("id=product", {"family": "{family}"}),
    "desk.completeness": of(), "desk.completeness.file": of(),
    "desk.imports": of(), "desk.imports.upload": of(body={"mapping": ""}, works=(422,)), "desk.import": of("id=run"),
    "desk.import.mapping": of("id=run", {"fields": ["sku", "name:en"], "name": "Mine"}), "desk.import.start": of("id=run"),
    "desk.import.stop": of("id=run"), "desk.import.problems": of("id=run"),
    "desk.import.undo": of("id=real_run"),
    "desk.pages": of(), "desk.pages.new": of(),
    "desk.pages.make": of(body={"kind": "page", "place": "eu/en", "title": "New", "path": "brand-new"}),
    "desk.page": of("id=page"), "desk.page.write": of("id=page", {"edit_version": "1", "do": "save", "title": "Other"}),
    "desk.page.take_back": of("id=page"), "desk.page.move": of("id=page", {"path": "elsewhere"}),
    "desk.page.copy": of("id=page", {"place": "eu/de", "path": "anderswo", "title": "Anders"}), "desk.page.remove": of("id=draft_page"),
    "desk.page.versions": of("id=page"), "desk.page.restore": of("id=page", {"number": "1"}),
    "desk.menus": of(), "desk.menus.save": of(body={"place": "eu/en", "spot": "foot", "rows.0.label": "Story", "rows.0.link": "story"}),
    "desk.banners": of(), "desk.banners.make": of(body={"place": "eu/en", "text": "Sale"}), "desk.banner": of("id=banner"),
    "desk.banner.change": of("id=banner", {"place": "eu/en", "text": "Other"}), "desk.banner.remove": of("id=banner"),
    "desk.redirects": of(), "desk.redirects.add": of(body={"source": "/old", "target": "/new"}), "desk.redirect.remove": of("id=redirect"),
    "desk.redirects.file": of(), "desk.redirects.upload": of(works=(422,)), "desk.listing": of(),
    "desk.listing.save": of(body={"is_listed": "true", "edit_version": "0"}), "desk.messages": of(),
    "desk.message": of("id=message", {"state": "done"}),
    "desk.publications": of(), "desk.publications.make": of(body={"market": "eu"}),
    "desk.publications.back": of(body={"market": "eu", "version": "1"}), "desk.differences": of(query="?market=eu"),
    "desk.differences.file": of(query="?market=eu"),
    "desk.publication": of("id=publishing"),
    "desk.product_history": of("id=product"),
    "desk.product_history.restore": of("id=product", {"entry": "{product}"}, works=(404,)),
    "desk.timed_prices": of("id=product"),
    "desk.timed_prices.add": of("id=product", {"currency": "EUR", "amount": "9.90", "begins": "2091-01-01T00:00"}),
    "desk.timed_prices.remove": of("id=product price=timed_price"),
    "api.timed_prices.list": of("id=product"), "api.timed_prices.remove": of("id=product price=timed_price"),
    "api.timed_prices.add": of("id=product", {"currency": "EUR", "amount": "9.90", "begins": "2091-01-01T00:00"}),
    "desk.previews": of(), "desk.previews.make": of(body={"place": "en-eu", "days": "3"}),
    "desk.preview.refresh": of("id=preview"), "desk.preview.revoke": of("id=preview"),
    "api.previews.list": of(), "api.previews.make": of(body={"market": "eu", "language": "en"}), "api.previews.revoke": of("id=preview"),
    "desk.plans": of(), "desk.plans.make": of(body={"markets": "eu", "at": "2090-12-01T08:00"}), "desk.plan": of("id=plan"),
    "desk.plan.change": of("id=plan", {"at": "2090-12-02T08:00", "edit_version": "1"}), "desk.plan.cancel": of("id=plan"),
    "desk.agreements": of(), "desk.agreements.new": of(), "desk.agreements.offer": of(body={**TERMS, "partner": "{partner}"}, works=(303, 409)),
    "desk.agreement": of("id=agreement"), "desk.agreement.edit": of("id=agreement"), "desk.agreement.amend": of("id=agreement", TERMS),
    "desk.agreement.suspend": of("id=agreement"), "desk.agreement.resume": of("id=agreement", works=(409,)),
    "desk.agreement.stop_key": of("id=agreement key=feed_key"),
    "desk.agreement.end": of("id=agreement"), "desk.agreement.withdraw": of("id=agreement"),
    "desk.people": of(), "desk.people.invite": of(body={"email": "n@example.com", "name": "N", "roles": "{role}"}),
    "desk.person": of("id=account"), "desk.person.roles": of("id=account", {"roles": "{role}"}), "desk.person.deactivate": of("id=account"),
    "desk.person.reactivate": of("id=account", works=(409,)), "desk.person.invite_again": of("id=invited"),
    "desk.roles": of(), "desk.roles.new": of(), "desk.roles.make": of(body={"name": "New", "permissions": "order.view"}),
    "desk.role": of("id=role"), "desk.role.change": of("id=role", {"name": "Other", "permissions": "order.view"}),
    "desk.role.remove": of("id=role"),
    "desk.look": of(), "desk.look.save": of(body={"primary": "#114433", "pairing": "{pairing}"}), "desk.look.publish": of(),
    "desk.look.discard": of(), "desk.look.preview": of(), "desk.look.style": of(), "desk.front": of(query="?language=en"),
    "desk.front.save": of(body={"language": "en", "headline": "Hello", "edit_version": "1"}),
    "desk.markets": of(),
    "desk.markets.add": of(body={"code": "uk", "name": "UK", "countries": "GB", "currency": "GBP", "languages": "en"}),
    "desk.market": of("id=market"),
    "desk.market.change": of("id=market", {"name": "EU", "countries": "DE", "currency": "EUR", "languages": ["en", "de"]}),
    "desk.market.terms": of("id=market"), "desk.market.terms.save": of("id=market", {"freight.0.country": "*", "freight.0.price": "5", "order_limit": "100"}),
    "desk.details.save": of(body={"contact_email": "x@example.com", "time_zone": "Europe/Berlin"}),
    "desk.hosts": of(), "desk.hosts.add": of(body={"host": "new.shop.example.com"}), "desk.hosts.own": of(),
    "desk.host.check": of("id=claim"), "desk.host.primary": of("id=claim", works=(409,)), "desk.host.remove": of("id=claim"),
    "desk.programs": of(), "desk.programs.make": of(body={"name": "ERP 9", "scopes": "order.view"}), "desk.programs.revoke": of("id=client"),
    "desk.endpoints.add": of(body={"url": "http://127.0.0.1:8080/hook", "events": "order.placed"}), "desk.endpoint": of("id=endpoint"),
    "desk.endpoint.change": of("id=endpoint", {"url": "http://127.0.0.1:8080/hook", "events": "order.shipped"}), "desk.endpoint.rotate": of("id=endpoint"),
    "desk.endpoint.remove": of("id=endpoint"), "desk.endpoint.again": of("id=endpoint delivery=delivery"),
    "desk.trail": of(), "desk.trail.check": of(), "desk.trail.export": of(),
    # the portal, at the dealer's
    "portal.offers": of(), "portal.offer": of("id=agreement"), "portal.offer.accept": of("id=agreement", works=(409,)),
    "portal.offer.refuse": of("id=agreement", works=(409,)), "portal.offer.leave": of("id=agreement"), "portal.assortment": of("id=agreement"),
    "portal.percent": of("id=agreement", {"currency": "EUR", "percent": "5"}),
    "portal.price": of("id=agreement product=shared", {"currency": "EUR", "amount": "1300.00"}),
    "portal.hide": of("id=agreement product=shared", {"hidden": "true"}), "portal.words": of("id=agreement product=shared"),
    "portal.words.save": of("id=agreement product=shared", {"names.en": "Our bike"}), "portal.changes": of("id=agreement"),
    "portal.choice": of("id=agreement"), "portal.choice.save": of("id=agreement", {"mode": "rule", "categories": "{scope}", "action": "apply"}),
    "portal.choice.undo": of("id=agreement change=change"), "portal.pick": of("id=agreement product=shared", {"is_in": "true"}, works=(422,)),
    "portal.many": of("id=agreement", query="?do=hide"), "portal.many.do": of("id=agreement", {"hidden": "true"}),
    "portal.same": of(), "portal.lead": of(body={"gtin": "4006381333931", "product": "{shared}"}, works=(422,)),
    "portal.feeds": of("id=agreement"), "portal.feeds.make": of("id=agreement", {"name": "Webshop"}), "portal.feeds.revoke": of("id=agreement key=feed_key"),
    "portal.following": of("id=agreement"), "portal.following.save": of("id=agreement", {"rules.name": "hold", "rules.added": "refuse"}),
    "portal.changes.answer": of("id=agreement", {"ids": "{shared}", "action": "take"}),
    # programs
    "api.openapi": of(), "oauth.token": of(body={"grant_type": "client_credentials"}, works=(401,)),
    "api.api.list_products": of(), "api.api.make_product": of(body=API_PRODUCT), "api.api.show_product": of("id=product"),
    "api.api.show_relations": of("id=product"), "api.api.change_relations": of("id=product", {"accessories": ["VP-1"]}),
    "api.class_api.list_systems": of(), "api.class_api.make_system": of(body={"code": "GPC"}),
    "api.class_api.find_classes": of("id=class_system", query="?q=EC"),
    "api.class_api.put_classes": of("id=class_system", {"classes": [{"code": "EC2", "names": {"en": "Other"}}]}),
    "api.api.change_product": of("id=product", {"names": {"en": "Other"}, "category_ids": ["{category}"]}),
    "api.api.start_import": of(body={"mapping_name": "Usual file", "rows": [{"sku": "X-2", "name": "X"}]}), "api.api.show_import": of("id=run"),
    "api.api.undo_import": of("id=real_run", works=(202,)),
    "api.pages": of(), "api.pages.make": of(body={"market": "eu", "language": "en", "path": "by-program", "content": {"title": "New"}}),
    "api.page": of("id=page"), "api.page.draft": of("id=page", {"content": {"title": "Other"}}), "api.page.publish": of("id=page", {"note": "ok"}),
    "api.page.take_back": of("id=page"), "api.redirects": of(), "api.redirects.add": of(body={"source": "/was", "target": "/is"}),
    "api.api.list_publications": of(query="?market=eu"), "api.api.publish": of(body={"market": "eu"}, works=(202,)),
    "api.api.show_publication": of("id=publishing"), "api.plans.show": of("id=plan"), "api.publishing_api.list_plans": of(),
    "api.plans.make": of(body={"markets": ["eu"], "at": "2090-12-01T08:00"}), "api.plans.cancel": of("id=plan"),
    "api.plans.change": of("id=plan", {"at": "2090-12-02T08:00", "edit_version": 1}),
    "api.publishing_api.list_differences": of(query="?market=eu&language=en"),
    "api.api.list_agreements": of(), "api.api.show_agreement": of("id=agreement"),
    "api.api.offer_agreement": of(body=API_TERMS, works=(201, 409)), "api.api.move_agreement": of("id=agreement verb=!suspend"),
    "api.sharing_api.read_feed": of("id=agreement", works=(404,)), "api.sharing_api.list_keys": of("id=agreement"),
    "api.sharing_api.make_key": of("id=agreement", {"name": "Webshop"}, works=(404,)), "api.sharing_api.end_key": of("id=agreement key=feed_key"),
    "api.sharing_api.show_rules": of("id=agreement", works=(404,)), "api.sharing_api.list_changes": of("id=agreement", works=(404,)),
    "api.sharing_api.change_rules": of("id=agreement", {"rules": {"name": "hold"}}, works=(404,)),
    "api.sharing_api.answer_changes": of("id=agreement", {"answers": {}}, works=(404,)),
    "api.sharing_api.amend_terms": of("id=agreement", API_TERMS),
    "api.api.search": of(query="?market=eu&language=en&q=bike"),
    "api.api.show_rules": of(query="?language=en"), "api.api.put_rules": of(body={"language": "en", "rules": [{"kind": "stop_word", "words": ["cheap"]}]}),
    "api.api.publish_rules": of(body={"language": "en", "note": "x"}, works=(201, 409)),
    "api.api.go_back": of(body={"language": "en", "version": 0}, works=(200, 409)),
    "api.api.show_judgements": of(query="?language=en"), "api.api.put_judgements": of(body={"language": "en", "judgements": []}),
    "api.api.open_cart": of(body={"market": "eu", "language": "en"}), "api.api.show_cart": of("id=cart", others="id=other_cart"),
    "api.api.add_line": of("id=cart", {"product_id": "{product}"}, others="id=other_cart"),
    "api.api.set_line": of("id=cart line=cart_line", {"quantity": "2"}, others="id=other_cart line=other_line"),
    "api.api.place": of(body=API_ORDER), "api.api.list_orders": of(), "api.api.show_order": of(ORDER),
    "api.api.move_order": of("number=nora_order verb=!confirm", {"note": "ok"}),
}  # fmt: skip


def value(name: str, tenant: Tenant) -> str:
    """An id of the tenant's by name; `!word` stands for itself."""
    return name[1:] if name.startswith("!") else tenant.ids[name]


def path_of(entry: Entry, values: dict[str, str]) -> str:
    """The address of a route with these values."""
    path = PARAM.sub(r"{\1}", entry.path)
    for name, given in {"locale": "en-eu", **values}.items():
        path = path.replace(f"{{{name}}}", given)
    return path + SAMPLES[entry.name].query


def filled(body: Any, tenant: Tenant) -> Any:
    """The body with the tenant's ids in it."""
    if isinstance(body, dict):
        return {name: filled(item, tenant) for name, item in body.items()}
    if isinstance(body, list):
        return [filled(item, tenant) for item in body]
    return tenant.ids[body[1:-1]] if isinstance(body, str) and body.startswith("{") else body


def whose(entry: Entry) -> str:
    """Who may use the route: the sort of person or program that tests send."""
    if entry.path.startswith("/portal"):
        return "dealer"
    if entry.kind == "api" and entry.path.startswith("/api/"):
        return "program"
    if entry.path.startswith("/desk") or (entry.access is not None and entry.access.audience == "staff"):
        return "staff"
    if entry.name.startswith("company."):
        return "manager"
    return "customer"


MAILS = {"staff": ADA, "bare": BARE, "customer": MIRA}
