"""The desk's URL table. Every page says which permission opens it; what is yours is decided where it is fetched."""

from backoffice.endpoints import EndpointForm
from backoffice.pages import (
    agreements,
    attributes,
    categories,
    companies,
    customers,
    home,
    hosts,
    imports,
    look,
    markets,
    orders_desk,
    people,
    pictures,
    products,
    programs,
    publications,
    roles,
    stock,
    trail,
    variants,
    webhooks,
)
from kernel.web.access import STAFF, may
from kernel.web.routes import Entry, page
from storefront.company import BuyerForm

VIEW, EDIT, IMPORT, PUBLISH = may("catalog.view"), may("catalog.edit"), may("catalog.import"), may("catalog.publish")
SEE_SHARING, SHARE = may("agreement.view"), may("agreement.offer")
SEE_ORDERS, WORK, COUNT = may("order.view"), may("order.manage"), may("stock.edit")
PEOPLE, ROLES, LOOK, MARKETS = may("user.manage"), may("role.manage"), may("theme.edit"), may("market.edit")
KEEP = may("customer.edit")
HOSTS = may("tenant.edit")
CLIENTS, HOOKS, TRAIL = may("client.manage"), may("webhook.manage"), may("audit.view")

CATALOG: list[Entry] = [
    page("/desk/products", products.show, access=VIEW, name="desk.products"),
    page("/desk/products/new", products.new, access=EDIT, name="desk.products.new"),
    page("/desk/products", products.make, method="POST", access=EDIT, form=products.ProductForm, name="desk.products.make"),
    page("/desk/products/{id}", products.edit, access=VIEW, name="desk.product"),
    page("/desk/products/{id}", products.change, method="POST", access=EDIT, form=products.ProductForm, name="desk.product.change"),
    page("/desk/products/{id}/remove", products.remove, method="POST", access=EDIT, name="desk.product.remove"),
    page(
        "/desk/products/{id}/pictures",
        products.add_pictures,
        method="POST",
        access=EDIT,
        form=products.PicturesForm,
        name="desk.product.add_pictures",
        max_bytes=products.PICTURES_BYTES,
    ),
    page(
        "/desk/products/{id}/pictures/{picture}/remove",
        products.remove_picture,
        method="POST",
        access=EDIT,
        name="desk.product.remove_picture",
    ),
    page("/desk/products/{id}/pictures", pictures.show, access=VIEW, name="desk.pictures"),
    page(
        "/desk/products/{id}/pictures/order",
        pictures.arrange,
        method="POST",
        access=EDIT,
        form=pictures.ArrangeForm,
        name="desk.pictures.arrange",
    ),
    page("/desk/products/{id}/variants", variants.show, access=VIEW, name="desk.variants"),
    page("/desk/products/{id}/variants", variants.add, method="POST", access=EDIT, form=variants.VariantForm, name="desk.variants.add"),
    page("/desk/products/{id}/axes", variants.choose_axes, method="POST", access=EDIT, form=variants.AxesForm, name="desk.variants.axes"),
    page("/desk/categories", categories.show, access=VIEW, name="desk.categories"),
    page("/desk/categories", categories.make, method="POST", access=EDIT, form=categories.CategoryForm, name="desk.categories.make"),
    page("/desk/categories/{id}", categories.edit, access=VIEW, name="desk.category"),
    page("/desk/categories/{id}", categories.change, method="POST", access=EDIT, form=categories.CategoryForm, name="desk.category.change"),
    page("/desk/categories/{id}/remove", categories.remove, method="POST", access=EDIT, name="desk.category.remove"),
    page("/desk/attributes", attributes.show, access=VIEW, name="desk.attributes"),
    page("/desk/attributes/new", attributes.new, access=EDIT, name="desk.attributes.new"),
    page("/desk/attributes", attributes.make, method="POST", access=EDIT, form=attributes.AttributeForm, name="desk.attributes.make"),
    page("/desk/attributes/{id}", attributes.edit, access=VIEW, name="desk.attribute"),
    page(
        "/desk/attributes/{id}", attributes.change, method="POST", access=EDIT, form=attributes.AttributeForm, name="desk.attribute.change"
    ),
    page("/desk/attributes/{id}/remove", attributes.remove, method="POST", access=EDIT, name="desk.attribute.remove"),
    page("/desk/imports", imports.show, access=IMPORT, name="desk.imports"),
    page(
        "/desk/imports",
        imports.upload,
        method="POST",
        access=IMPORT,
        form=imports.UploadForm,
        name="desk.imports.upload",
        max_bytes=imports.FILE_BYTES,
    ),
    page("/desk/imports/{id}", imports.run, access=IMPORT, name="desk.import"),
    page(
        "/desk/imports/{id}/mapping",
        imports.save_mapping,
        method="POST",
        access=IMPORT,
        form=imports.MappingForm,
        name="desk.import.mapping",
    ),
    page("/desk/imports/{id}/start", imports.start, method="POST", access=IMPORT, form=imports.StartForm, name="desk.import.start"),
    page("/desk/imports/{id}/stop", imports.stop, method="POST", access=IMPORT, name="desk.import.stop"),
    page("/desk/imports/{id}/undo", imports.undo, method="POST", access=IMPORT, name="desk.import.undo"),
    page("/desk/imports/{id}/problems.csv", imports.problems_file, access=IMPORT, name="desk.import.problems"),
    page("/desk/publications", publications.show, access=VIEW, name="desk.publications"),
    page(
        "/desk/publications", publications.make, method="POST", access=PUBLISH, form=publications.PublishForm, name="desk.publications.make"
    ),
    page(
        "/desk/publications/back",
        publications.go_back,
        method="POST",
        access=PUBLISH,
        form=publications.BackForm,
        name="desk.publications.back",
    ),
    page("/desk/publications/differences", publications.differences, access=VIEW, name="desk.differences"),
    page("/desk/publications/{id}", publications.run, access=VIEW, name="desk.publication"),
]

SHARING: list[Entry] = [
    page("/desk/sharing", agreements.show, access=SEE_SHARING, name="desk.agreements"),
    page("/desk/sharing/new", agreements.new, access=SHARE, name="desk.agreements.new"),
    page("/desk/sharing", agreements.offer, method="POST", access=SHARE, form=agreements.TermsForm, name="desk.agreements.offer"),
    page("/desk/sharing/{id}", agreements.agreement, access=SEE_SHARING, name="desk.agreement"),
    page("/desk/sharing/{id}/terms", agreements.edit, access=SHARE, name="desk.agreement.edit"),
    page("/desk/sharing/{id}/terms", agreements.amend, method="POST", access=SHARE, form=agreements.TermsForm, name="desk.agreement.amend"),
    page("/desk/sharing/{id}/suspend", agreements.suspend, method="POST", access=SHARE, name="desk.agreement.suspend"),
    page("/desk/sharing/{id}/resume", agreements.resume, method="POST", access=SHARE, name="desk.agreement.resume"),
    page("/desk/sharing/{id}/end", agreements.end, method="POST", access=SHARE, name="desk.agreement.end"),
    page("/desk/sharing/{id}/withdraw", agreements.withdraw, method="POST", access=SHARE, name="desk.agreement.withdraw"),
]

SELLING: list[Entry] = [
    page("/desk/", home.show, access=STAFF, name="desk.home"),
    page("/desk/takings.csv", home.takings_file, access=SEE_ORDERS, name="desk.takings.export"),
    page("/desk/orders", orders_desk.show, access=SEE_ORDERS, name="desk.orders"),
    page("/desk/orders/{number}", orders_desk.order, access=SEE_ORDERS, name="desk.order"),
    page(
        "/desk/orders/{number}/confirm",
        orders_desk.confirm,
        method="POST",
        access=WORK,
        form=orders_desk.MoveForm,
        name="desk.order.confirm",
    ),
    page("/desk/orders/{number}/ship", orders_desk.ship, method="POST", access=WORK, form=orders_desk.MoveForm, name="desk.order.ship"),
    page(
        "/desk/orders/{number}/deliver",
        orders_desk.deliver,
        method="POST",
        access=WORK,
        form=orders_desk.MoveForm,
        name="desk.order.deliver",
    ),
    page("/desk/orders/{number}/close", orders_desk.close, method="POST", access=WORK, form=orders_desk.MoveForm, name="desk.order.close"),
    page(
        "/desk/orders/{number}/cancel", orders_desk.cancel, method="POST", access=WORK, form=orders_desk.MoveForm, name="desk.order.cancel"
    ),
    page("/desk/stock", stock.show, access=COUNT, name="desk.stock"),
    page("/desk/stock", stock.count, method="POST", access=COUNT, form=stock.CountForm, name="desk.stock.count"),
    page("/desk/stock/{id}", stock.history, access=COUNT, name="desk.stock.history"),
    page("/desk/customers", customers.show, access=may("customer.view"), name="desk.customers"),
    page("/desk/companies/new", companies.new, access=KEEP, name="desk.companies.new"),
    page(
        "/desk/companies",
        companies.make,
        method="POST",
        access=KEEP,
        form=companies.CompanyForm,
        name="desk.companies.make",
    ),
    page("/desk/companies/{id}", companies.show, access=may("customer.view"), name="desk.company"),
    page(
        "/desk/companies/{id}/buyers",
        companies.add_buyer,
        method="POST",
        access=KEEP,
        form=BuyerForm,
        name="desk.company.add_buyer",
    ),
    page(
        "/desk/companies/{id}/buyers/{buyer}/remove",
        companies.remove_buyer,
        method="POST",
        access=KEEP,
        name="desk.company.remove_buyer",
    ),
]

HOUSE: list[Entry] = [
    page("/desk/people", people.show, access=PEOPLE, name="desk.people"),
    page("/desk/people", people.invite, method="POST", access=PEOPLE, form=people.InviteForm, name="desk.people.invite"),
    page("/desk/people/{id}", people.person, access=PEOPLE, name="desk.person"),
    page("/desk/people/{id}/roles", people.set_roles, method="POST", access=PEOPLE, form=people.RolesForm, name="desk.person.roles"),
    page("/desk/people/{id}/deactivate", people.deactivate, method="POST", access=PEOPLE, name="desk.person.deactivate"),
    page("/desk/people/{id}/reactivate", people.reactivate, method="POST", access=PEOPLE, name="desk.person.reactivate"),
    page("/desk/people/{id}/invite", people.invite_again, method="POST", access=PEOPLE, name="desk.person.invite_again"),
    page("/desk/roles", roles.show, access=ROLES, name="desk.roles"),
    page("/desk/roles/new", roles.new, access=ROLES, name="desk.roles.new"),
    page("/desk/roles", roles.make, method="POST", access=ROLES, form=roles.RoleForm, name="desk.roles.make"),
    page("/desk/roles/{id}", roles.edit, access=ROLES, name="desk.role"),
    page("/desk/roles/{id}", roles.change, method="POST", access=ROLES, form=roles.RoleForm, name="desk.role.change"),
    page("/desk/roles/{id}/remove", roles.remove, method="POST", access=ROLES, name="desk.role.remove"),
    page("/desk/look", look.show, access=LOOK, name="desk.look"),
    page("/desk/look", look.save, method="POST", access=LOOK, form=look.LookForm, name="desk.look.save"),
    page("/desk/look/publish", look.publish, method="POST", access=LOOK, name="desk.look.publish"),
    page("/desk/look/discard", look.discard, method="POST", access=LOOK, name="desk.look.discard"),
    page("/desk/look/preview", look.preview, access=LOOK, name="desk.look.preview"),
    page("/desk/look/draft.css", look.preview_style, access=LOOK, name="desk.look.style"),
    page("/desk/look/home", look.front, access=LOOK, name="desk.front"),
    page(
        "/desk/look/home",
        look.save_front,
        method="POST",
        access=LOOK,
        form=look.FrontForm,
        name="desk.front.save",
        max_bytes=look.PICTURE_BYTES,
    ),
    page("/desk/markets", markets.show, access=MARKETS, name="desk.markets"),
    page("/desk/markets", markets.add, method="POST", access=MARKETS, form=markets.MarketForm, name="desk.markets.add"),
    page("/desk/markets/{id}", markets.edit, access=MARKETS, name="desk.market"),
    page("/desk/markets/{id}", markets.change, method="POST", access=MARKETS, form=markets.MarketForm, name="desk.market.change"),
    page(
        "/desk/details", markets.save_details, method="POST", access=may("tenant.edit"), form=markets.DetailsForm, name="desk.details.save"
    ),
    page("/desk/hosts", hosts.show, access=HOSTS, name="desk.hosts"),
    page("/desk/hosts", hosts.add, method="POST", access=HOSTS, form=hosts.HostForm, name="desk.hosts.add"),
    page("/desk/hosts/own", hosts.make_own_primary, method="POST", access=HOSTS, name="desk.hosts.own"),
    page("/desk/hosts/{id}/check", hosts.check, method="POST", access=HOSTS, name="desk.host.check"),
    page("/desk/hosts/{id}/primary", hosts.make_primary, method="POST", access=HOSTS, name="desk.host.primary"),
    page("/desk/hosts/{id}/remove", hosts.remove, method="POST", access=HOSTS, name="desk.host.remove"),
    page("/desk/programs", programs.show, access=STAFF, name="desk.programs"),
    page("/desk/programs", programs.make_client, method="POST", access=CLIENTS, form=programs.ClientForm, name="desk.programs.make"),
    page("/desk/programs/{id}/revoke", programs.revoke_client, method="POST", access=CLIENTS, name="desk.programs.revoke"),
    page("/desk/webhooks", programs.add_endpoint, method="POST", access=HOOKS, form=EndpointForm, name="desk.endpoints.add"),
    page("/desk/webhooks/{id}", webhooks.show, access=HOOKS, name="desk.endpoint"),
    page("/desk/webhooks/{id}", webhooks.change, method="POST", access=HOOKS, form=EndpointForm, name="desk.endpoint.change"),
    page("/desk/webhooks/{id}/secret", webhooks.rotate, method="POST", access=HOOKS, name="desk.endpoint.rotate"),
    page("/desk/webhooks/{id}/remove", webhooks.remove, method="POST", access=HOOKS, name="desk.endpoint.remove"),
    page("/desk/webhooks/{id}/{delivery}/again", webhooks.send_again, method="POST", access=HOOKS, name="desk.endpoint.again"),
    page("/desk/trail", trail.show, access=TRAIL, name="desk.trail"),
    page("/desk/trail/check", trail.check, method="POST", access=TRAIL, name="desk.trail.check"),
    page("/desk/trail.csv", trail.export, access=TRAIL, name="desk.trail.export"),
]

ROUTES = [*SELLING, *CATALOG, *SHARING, *HOUSE]
