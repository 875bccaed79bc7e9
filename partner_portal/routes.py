"""The portal's URL table."""

from kernel.web.access import may
from kernel.web.routes import Entry, page
from partner_portal.pages import assortment, changes, choice, feeds, following, offers

SEE, ANSWER, PRICE = may("agreement.view"), may("agreement.accept"), may("price.edit")

ROUTES: list[Entry] = [
    page("/portal/", offers.show, access=SEE, name="portal.offers"),
    page("/portal/offers/{id}", offers.offer, access=SEE, name="portal.offer"),
    page("/portal/offers/{id}/accept", offers.accept, method="POST", access=ANSWER, form=offers.AnswerForm, name="portal.offer.accept"),
    page("/portal/offers/{id}/refuse", offers.refuse, method="POST", access=ANSWER, form=offers.AnswerForm, name="portal.offer.refuse"),
    page("/portal/offers/{id}/leave", offers.leave, method="POST", access=ANSWER, form=offers.AnswerForm, name="portal.offer.leave"),
    page("/portal/offers/{id}/products", assortment.show, access=SEE, name="portal.assortment"),
    page(
        "/portal/offers/{id}/products/percent",
        assortment.set_percent,
        method="POST",
        access=PRICE,
        form=assortment.PercentForm,
        name="portal.percent",
    ),
    page(
        "/portal/offers/{id}/products/{product}/price",
        assortment.set_price,
        method="POST",
        access=PRICE,
        form=assortment.PriceForm,
        name="portal.price",
    ),
    page(
        "/portal/offers/{id}/products/{product}/hide",
        assortment.hide,
        method="POST",
        access=ANSWER,
        form=assortment.HideForm,
        name="portal.hide",
    ),
    page("/portal/offers/{id}/products/{product}", assortment.words, access=SEE, name="portal.words"),
    page(
        "/portal/offers/{id}/products/{product}",
        assortment.save_words,
        method="POST",
        access=ANSWER,
        form=assortment.WordsForm,
        name="portal.words.save",
    ),
    page("/portal/offers/{id}/choice", choice.show, access=SEE, name="portal.choice"),
    page("/portal/offers/{id}/choice", choice.choose, method="POST", access=ANSWER, form=choice.ChoiceForm, name="portal.choice.save"),
    page("/portal/offers/{id}/choice/{change}/undo", choice.undo, method="POST", access=ANSWER, name="portal.choice.undo"),
    page("/portal/offers/{id}/many", choice.many, access=ANSWER, name="portal.many"),
    page("/portal/offers/{id}/many", choice.do_many, method="POST", access=ANSWER, form=choice.ManyForm, name="portal.many.do"),
    page(
        "/portal/offers/{id}/products/{product}/pick",
        choice.pick,
        method="POST",
        access=ANSWER,
        form=choice.PickForm,
        name="portal.pick",
    ),
    page("/portal/offers/{id}/feeds", feeds.show, access=SEE, name="portal.feeds"),
    page("/portal/offers/{id}/feeds", feeds.make, method="POST", access=ANSWER, form=feeds.KeyForm, name="portal.feeds.make"),
    page("/portal/offers/{id}/feeds/{key}/revoke", feeds.revoke, method="POST", access=ANSWER, name="portal.feeds.revoke"),
    page("/portal/same", choice.same, access=SEE, name="portal.same"),
    page("/portal/same", choice.choose_lead, method="POST", access=ANSWER, form=choice.LeadForm, name="portal.lead"),
    page("/portal/offers/{id}/following", following.show, access=SEE, name="portal.following"),
    page(
        "/portal/offers/{id}/following",
        following.save,
        method="POST",
        access=ANSWER,
        form=following.RulesForm,
        name="portal.following.save",
    ),
    page("/portal/offers/{id}/changes", changes.show, access=SEE, name="portal.changes"),
    page(
        "/portal/offers/{id}/changes", changes.answer, method="POST", access=ANSWER, form=changes.ChosenForm, name="portal.changes.answer"
    ),
]
