"""Mails of this package: invitations, confirmations, new passwords. Plain text and a quiet HTML version of the same words.

Logic-less on purpose (no template language ever sees a tenant's or a person's text): a letter is a subject, paragraphs
and one link; `%(name)s` places are filled from a map, and everything filled in is escaped in HTML.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel import mail
from kernel.i18n import current as current_language
from kernel.i18n import direction, gettext_lazy, using
from kernel.i18n import gettext as _
from kernel.tenancy import current
from tenants.models import Account, Profile, Tenant
from tenants.wording import line


@dataclass(frozen=True)
class Letter:
    """Source texts with places; `button` is the text of the link, empty where there is none."""

    subject: str
    paragraphs: tuple[str, ...]
    button: str = ""
    after: tuple[str, ...] = field(default=())


LETTERS: Mapping[str, Letter] = {
    "invitation": Letter(
        gettext_lazy("Your invitation to %(shop)s"),
        (gettext_lazy("%(inviter)s has invited you to work with %(shop)s."), gettext_lazy("Choose a password and you are in.")),
        gettext_lazy("Accept the invitation"),
        (gettext_lazy("The link works once and for seven days."),),
    ),
    "company_invitation": Letter(
        gettext_lazy("Buy for %(company)s at %(shop)s"),
        (gettext_lazy("%(inviter)s has invited you to buy for %(company)s at %(shop)s."),),
        gettext_lazy("Accept the invitation"),
        (gettext_lazy("The link works once and for seven days. If you do not know the company, there is nothing you need to do."),),
    ),
    "confirm_mail": Letter(
        gettext_lazy("Please confirm your e-mail address"),
        (gettext_lazy("Thank you for registering at %(shop)s. One step is left: confirm that this address is yours."),),
        gettext_lazy("Confirm the address"),
        (gettext_lazy("The link works once and for one day. If you did not register, there is nothing you need to do."),),
    ),
    "already_registered": Letter(
        gettext_lazy("You already have an account at %(shop)s"),
        (gettext_lazy("Somebody, probably you, tried to register at %(shop)s with this address. There is an account already."),),
        gettext_lazy("Set a new password"),
        (gettext_lazy("The link works once and for one hour. If it was not you, there is nothing you need to do."),),
    ),
    "reset": Letter(
        gettext_lazy("A new password for %(shop)s"),
        (gettext_lazy("You asked for a new password at %(shop)s."),),
        gettext_lazy("Set a new password"),
        (gettext_lazy("The link works once and for one hour. If it was not you, there is nothing you need to do."),),
    ),
    "password_changed": Letter(
        gettext_lazy("Your password was changed"),
        (gettext_lazy("The password of your account at %(shop)s was changed just now."),),
        "",
        (gettext_lazy("If it was not you, ask for a new password at once and tell us."),),
    ),
}


def send(session: Session, account: Account, letter: str, link: str = "", **places: str) -> None:
    """Queues the letter to the account, in the person's language, in the name of the shop. Two statements."""
    tenant, profile = _shop(session)
    filled = {"shop": tenant.name, **{name: line(name, value, 400) for name, value in places.items()}}
    with using(account.language or current_language()):
        subject, text, html = written(LETTERS[letter], account.name, link, filled)
    reply_to = (profile.contact_email or None) if profile else None
    mail.queue(session, account.email, subject, text, html, reply_to=reply_to, sender_name=tenant.name)


def written(letter: Letter, name: str, link: str, places: Mapping[str, str]) -> tuple[str, str, str]:
    """Subject, text and HTML of a letter in the current language."""
    subject = line("subject", _(letter.subject) % places, 200)
    greeting = _("Hello %(name)s,") % {"name": name} if name else _("Hello,")
    before = [_(paragraph) % places for paragraph in letter.paragraphs]
    after = [_(paragraph) % places for paragraph in letter.after]
    closing = _("Kind regards, %(shop)s") % places
    text = "\n\n".join([greeting, *before, *([link] if link else []), *after, closing]) + "\n"
    button = _BUTTON.format(link=escape(link, quote=True), text=escape(_(letter.button))) if link else ""
    body = "".join(f"<p>{escape(part)}</p>" for part in (greeting, *before))
    body += button + "".join(f"<p>{escape(part)}</p>" for part in (*after, closing))
    tag = current_language()
    return subject, text, _PAGE.format(language=tag, direction=direction(tag), subject=escape(subject), body=body)


def _shop(session: Session) -> tuple[Tenant, Profile | None]:
    row = session.execute(select(Tenant, Profile).outerjoin(Profile, Profile.tenant_id == Tenant.id).where(Tenant.id == current())).one()
    return row[0], row[1]


_PAGE = (
    '<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8"><title>{subject}</title></head>'
    '<body style="margin:0;padding:24px;background:#f6f5f2;color:#22201c;font:16px/1.55 system-ui,sans-serif">'
    '<div style="max-width:560px;margin:0 auto;padding:24px 28px;background:#ffffff;border-radius:12px">{body}</div></body></html>'
)
_BUTTON = (
    '<p style="margin:28px 0"><a href="{link}" style="display:inline-block;padding:12px 22px;border-radius:8px;'
    'background:#22201c;color:#ffffff;text-decoration:none">{text}</a></p>'
)
