"""One business partner, a person or a company: details, addresses, and how it is related to others."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from kernel.errors import Invalid, NotThere, Refused
from kernel.i18n import gettext as _
from kernel.i18n import gettext_lazy
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit
from tenants import address_book, parties
from tenants.addresses import label_lines
from tenants.models import Party

MOST_MATCHES = 20

# kind → as said of the one it starts from, and as said of the other one
RELATIONS: dict[str, tuple[str, str]] = {
    "contact_person_of": (gettext_lazy("is contact person of"), gettext_lazy("has as contact person")),
    "employee_of": (gettext_lazy("works for"), gettext_lazy("employs")),
    "buyer_of": (gettext_lazy("buys for"), gettext_lazy("has as buyer")),
    "member_of": (gettext_lazy("is member of"), gettext_lazy("has as member")),
    "subsidiary_of": (gettext_lazy("is subsidiary of"), gettext_lazy("has as subsidiary")),
    "shareholder_of": (gettext_lazy("holds shares of"), gettext_lazy("has as shareholder")),
    "ship_to_of": (gettext_lazy("takes deliveries for"), gettext_lazy("has deliveries sent to")),
    "bill_to_of": (gettext_lazy("takes invoices for"), gettext_lazy("has invoices sent to")),
}
FORWARD, BACKWARD = "", "-"


class RelationForm(BaseModel):
    """`kind`: a relation, with a hyphen in front where it is said the other way round. `other`: a name, mail address or
    number to look for; `to`: the one chosen where several were found."""

    kind: str = Field(default="", max_length=40)
    other: str = Field(default="", max_length=200)
    to: UUID | None = None
    valid_from: date | None = None
    valid_to: date | None = None


def show(visit: Visit) -> Answer:
    """The business partner and its relations."""
    return _page(visit, visit.fill(RelationForm))


def relate(visit: Visit) -> Answer:
    """Says how it is related to another one; where several match what was typed, asks which is meant."""
    form: Form[RelationForm] = visit.form
    here = parties.party_for(visit.session, visit.actor, visit.id())
    try:
        given = form.given
        there = given.to or _only_match(visit, form, here, given.other)
        if there is None:
            return _page(visit, form, 422)
        ends = (there, here.id) if given.kind.startswith(BACKWARD) else (here.id, there)
        parties.relate(
            visit.session, visit.actor, ends[0], given.kind.removeprefix(BACKWARD), ends[1],
            valid_from=given.valid_from, valid_to=given.valid_to,
        )  # fmt: skip
    except NotThere:
        raise
    except Invalid as refused:
        # both ends are the form's one field
        renamed = {"to_party_id": "other"}
        for problem in refused.problems:
            form.errors.setdefault(renamed.get(problem.where, problem.where), problem.reason)
        return _page(visit, form, refused.status)
    except Refused as refused:
        return _page(visit, form.told(refused), refused.status)
    return visit.redirect(visit.url("desk.party", id=here.id, done="related"))


def end(visit: Visit) -> Answer:
    """Takes a relation of this one away."""
    found = parties.ties(visit.session, visit.actor, visit.id())
    if visit.id("relation") not in {tie.relation.id for tie in found}:
        raise NotThere
    parties.end_relation(visit.session, visit.actor, visit.id("relation"))
    return visit.redirect(visit.url("desk.party", id=visit.id(), done="ended"))


def said(tie: parties.Tie) -> str:
    """The relation in words, as it is said of the one whose page it stands on."""
    return str(RELATIONS[tie.relation.kind][0 if tie.is_from else 1])


def relation_choices() -> list[tuple[str, str]]:
    """Every kind of relation in both directions."""
    forward = [(FORWARD + kind, str(words[0])) for kind, words in RELATIONS.items()]
    return forward + [(BACKWARD + kind, str(words[1])) for kind, words in RELATIONS.items()]


def _matches(visit: Visit, here: Party, typed: str) -> list[Party]:
    found = parties.list_parties(visit.session, visit.actor, typed)
    return [row[0] for row in found.rows if row[0].id != here.id]


def _only_match(visit: Visit, form: Form[RelationForm], here: Party, typed: str) -> UUID | None:
    """The one that matches; else an error at the field."""
    if not typed.strip():
        form.errors["other"] = _("Please fill this in.")
        return None
    found = _matches(visit, here, typed)
    if len(found) == 1:
        return found[0].id
    if found:
        form.errors["to"] = _("Several match. Please choose the one you mean.")
    else:
        form.errors["other"] = _("Nobody of this name, address or number is known here.")
    return None


def _page(visit: Visit, form: Form[RelationForm], status: int = 200) -> Answer:
    party = parties.party_for(visit.session, visit.actor, visit.id())
    asks = "to" in form.errors
    rows = address_book.list_addresses(visit.session, visit.actor, party.id)
    kind = "companies" if party.kind == "organisation" else None
    return visit.render(
        "backoffice/party.html",
        status=status,
        party=party,
        ties=[(tie, said(tie)) for tie in parties.ties(visit.session, visit.actor, party.id)],
        addresses=[label_lines(address_book.as_postal(row)) for row in rows],
        form=form,
        kinds=relation_choices(),
        matches=_matches(visit, party, form.get("other"))[:MOST_MATCHES] if asks else [],
        crumbs=[(_("Customers"), visit.url("desk.customers", kind=kind)), (party.name, "")],
        done=visit.query.get("done", ""),
    )
