"""The shop's URL table. Pages marked `shared` are the same for everybody and kept by the page cache."""

from kernel.web.access import ANYONE, SIGNED_IN
from kernel.web.routes import page
from storefront.pages import account, cart, category, checkout, help_page, home, looks, me, orders, product, search, signing_in, start
from storefront.paths import LIST_KEYS

SHOP = "/{locale:place}"

ROUTES = [
    page("/", start.go, access=ANYONE, name="start"),
    page(f"{SHOP}/", home.show, access=ANYONE, name="home", shared=True),
    page(f"{SHOP}/c/{{slug}}", category.show, access=ANYONE, name="category", shared=True, keys=LIST_KEYS),
    page(f"{SHOP}/all", category.all_products, access=ANYONE, name="everything", shared=True, keys=LIST_KEYS),
    page(f"{SHOP}/p/{{slug}}", product.show, access=ANYONE, name="product", shared=True, keys=("v",)),
    page(f"{SHOP}/search", search.results, access=ANYONE, name="search", shared=True, keys=LIST_KEYS),
    page(f"{SHOP}/suggest", search.suggestions, access=ANYONE, name="suggest", shared=True, keys=("q",)),
    page(f"{SHOP}/me", me.show, access=ANYONE, name="me"),
    page(f"{SHOP}/cart", cart.show, access=ANYONE),
    page(f"{SHOP}/cart", cart.add, method="POST", access=ANYONE, form=cart.AddForm, origin_only=True),
    page(f"{SHOP}/cart/accept", cart.accept_changes, method="POST", access=ANYONE),
    page(f"{SHOP}/cart/{{line}}", cart.set_quantity, method="POST", access=ANYONE, form=cart.QuantityForm),
    page(f"{SHOP}/cart/{{line}}/remove", cart.remove, method="POST", access=ANYONE),
    page(f"{SHOP}/cart/{{line}}/back", cart.put_back, method="POST", access=ANYONE),
    page(f"{SHOP}/checkout", checkout.begin, access=ANYONE),
    page(f"{SHOP}/checkout/where", checkout.where, access=ANYONE),
    page(f"{SHOP}/checkout/where", checkout.save_where, method="POST", access=ANYONE, form=checkout.WhereForm),
    page(f"{SHOP}/checkout/review", checkout.review, access=ANYONE),
    page(f"{SHOP}/checkout/review", checkout.place, method="POST", access=ANYONE, form=checkout.ReviewForm),
    page(f"{SHOP}/order/{{number}}/{{token}}", orders.by_link, access=ANYONE),
    page(f"{SHOP}/order/{{number}}/{{token}}/cancel", orders.cancel_by_link, method="POST", access=ANYONE, form=orders.CancelForm),
    page(f"{SHOP}/orders", orders.mine, access=SIGNED_IN),
    page(f"{SHOP}/orders/{{number}}", orders.show, access=SIGNED_IN),
    page(f"{SHOP}/orders/{{number}}/cancel", orders.cancel, method="POST", access=SIGNED_IN, form=orders.CancelForm),
    page(f"{SHOP}/account", account.show, access=SIGNED_IN),
    page(f"{SHOP}/account", account.save, method="POST", access=SIGNED_IN, form=account.DetailsForm),
    page(f"{SHOP}/account/password", account.change_password, method="POST", access=SIGNED_IN, form=account.PasswordForm),
    page(f"{SHOP}/account/sessions/end", account.end_others, method="POST", access=SIGNED_IN),
    page(f"{SHOP}/account/sessions/{{id}}/end", account.end_session, method="POST", access=SIGNED_IN),
    page(f"{SHOP}/sign-in", signing_in.show, access=ANYONE, name="sign_in"),
    page(f"{SHOP}/sign-in", signing_in.enter, method="POST", access=ANYONE, form=signing_in.SignInForm),
    page(f"{SHOP}/sign-out", signing_in.leave, method="POST", access=ANYONE, name="sign_out"),
    page(f"{SHOP}/register", signing_in.register, access=ANYONE),
    page(f"{SHOP}/register", signing_in.registered, method="POST", access=ANYONE, form=signing_in.RegisterForm),
    page(f"{SHOP}/confirm/{{token}}", signing_in.confirm, access=ANYONE),
    page(f"{SHOP}/confirm/{{token}}", signing_in.confirmed, method="POST", access=ANYONE, form=signing_in.ConfirmForm),
    page(f"{SHOP}/reset", signing_in.ask_reset, access=ANYONE),
    page(f"{SHOP}/reset", signing_in.asked_reset, method="POST", access=ANYONE, form=signing_in.AskResetForm),
    page(f"{SHOP}/reset/{{token}}", signing_in.new_password, access=ANYONE),
    page(f"{SHOP}/reset/{{token}}", signing_in.set_password, method="POST", access=ANYONE, form=signing_in.NewPasswordForm),
    page(f"{SHOP}/invitation/{{token}}", signing_in.invitation, access=ANYONE),
    page(f"{SHOP}/invitation/{{token}}", signing_in.accept_invitation, method="POST", access=ANYONE, form=signing_in.NewPasswordForm),
    page(f"{SHOP}/help", help_page.show, access=ANYONE, name="help"),
    page("/theme/{digest}.css", looks.style, access=ANYONE),
    page("/robots.txt", looks.robots, access=ANYONE),
]
