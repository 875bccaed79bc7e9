"""Mails about an order, in the customer's language: received, on its way, called off. Text and HTML say the same.

Logic-less on purpose: no template language ever sees a customer's or a product's text. Everything that is filled into
HTML is escaped. The figures are the order's own columns, never computed again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape

from sqlalchemy.orm import Session

from kernel import mail
from kernel.db.statements import Statement
from kernel.i18n import current, direction, format_date, format_money, format_percent, using
from kernel.i18n import gettext as _
from kernel.money import Money
from orders.links import link_to
from orders.models import Order, OrderLine
from tenants.addresses import PostalAddress, label_lines

# nothing of what is being written changes the sender, so it need not be sent to the database first
SENDER = Statement(
    "SELECT t.name, p.contact_email FROM tenants.tenant t LEFT JOIN tenants.profile p ON p.tenant_id = t.id WHERE t.id = :tenant",
    is_apart=True,
)


@dataclass(frozen=True)
class Letter:
    """A mail before it is written out: `rows` are (what, how much), the last one set off; `link` leads to the order, or where `button`
    says."""

    subject: str
    paragraphs: Sequence[str]
    rows: Sequence[tuple[str, str]] = ()
    address: Sequence[str] = ()
    after: Sequence[str] = ()
    link: str = ""
    button: str = ""


def send_confirmation(session: Session, order: Order, lines: Sequence[OrderLine]) -> None:
    """The order has been received: everything that was promised."""
    with using(order.language):
        address = PostalAddress.from_json(order.snapshot["shipping_address"])
        letter = Letter(
            subject=_("Your order %(number)s") % {"number": order.number},
            paragraphs=[_("Thank you for your order. We have received it and will confirm it soon.")],
            rows=[*(_row(order, line) for line in lines), *_sums(order)],
            address=label_lines(address),
            after=[text for text in (_delivery(order), order.snapshot["payment"]["terms"], *order.snapshot["tax"]["notes"]) if text],
            link=link_to(order),
        )
        _send(session, order, letter)


def send_shipped(session: Session, order: Order) -> None:
    """The goods are on their way, with the carrier's number where there is one."""
    with using(order.language):
        words = {"carrier": order.carrier, "tracking": order.tracking_number}
        tracked = _("Carrier: %(carrier)s. Number of the parcel: %(tracking)s.") % words if order.tracking_number else ""
        letter = Letter(
            subject=_("Your order %(number)s is on its way") % {"number": order.number},
            paragraphs=[text for text in (_("We have handed over your goods to the carrier."), tracked) if text],
            link=link_to(order),
        )
        _send(session, order, letter)


def send_cancelled(session: Session, order: Order, reason: str) -> None:
    """The order was called off, by whomever."""
    with using(order.language):
        letter = Letter(
            subject=_("Your order %(number)s was cancelled") % {"number": order.number},
            paragraphs=[text for text in (_("The order was cancelled. There is nothing for you to pay."), reason) if text],
            link=link_to(order),
        )
        _send(session, order, letter)


def _row(order: Order, line: OrderLine) -> tuple[str, str]:
    words = {"quantity": line.said, "name": line.name, "sku": line.sku}
    return _("%(quantity)s × %(name)s (%(sku)s)") % words, _amount(order, line.amount)


def _sums(order: Order) -> list[tuple[str, str]]:
    """Freight, tax per rate and the total, as the market shows prices: contained in it, or coming on top."""
    sums = [(_("Delivery"), _amount(order, order.freight_amount))]
    tax = order.snapshot["tax"]
    for rate in tax["rates"]:
        words = {"label": tax["label"], "percent": format_percent(Decimal(rate["percent"]))}
        text = _("including %(label)s %(percent)s") if order.prices_include_tax else _("%(label)s %(percent)s")
        sums.append((text % words, _amount(order, Decimal(rate["tax"]))))
    return [*sums, (_("Total"), _amount(order, order.total_amount))]


def _amount(order: Order, amount: Decimal) -> str:
    return format_money(Money(amount, order.currency))


def _delivery(order: Order) -> str:
    promise = order.snapshot["delivery"]
    if not promise.get("from"):
        return _("Some of it is ordered for you; we will tell you when it comes.")
    days = {"first": format_date(date.fromisoformat(promise["from"])), "last": format_date(date.fromisoformat(promise["to"]))}
    return _("Delivery between %(first)s and %(last)s.") % days


def _send(session: Session, order: Order, letter: Letter) -> None:
    shop, reply_to = SENDER.one(session, tenant=order.tenant_id)
    text, html = written(letter, order.buyer, shop)
    mail.queue(session, order.email, letter.subject, text, html, reply_to=reply_to or None, sender_name=shop)


def written(letter: Letter, name: str, shop: str) -> tuple[str, str]:
    """Text and HTML of a letter in the current language; `name` may be unknown."""
    greeting = _("Hello %(name)s,") % {"name": name} if name else _("Hello,")
    closing = _("Kind regards, %(shop)s") % {"shop": shop}
    title = _("Delivered to")
    rows = "\n".join(f"{what}: {amount}" for what, amount in letter.rows)
    address = "\n".join([f"{title}:", *letter.address]) if letter.address else ""
    blocks = [greeting, *letter.paragraphs, rows, address, *letter.after, letter.link, closing]
    text = "\n\n".join(block for block in blocks if block) + "\n"
    body = "".join(f"<p>{escape(part)}</p>" for part in (greeting, *letter.paragraphs))
    body += _table(letter.rows)
    if letter.address:
        body += f"<p><strong>{escape(title)}</strong><br>{'<br>'.join(escape(part) for part in letter.address)}</p>"
    body += "".join(f"<p>{escape(part)}</p>" for part in letter.after)
    if letter.link:
        body += _BUTTON.format(link=escape(letter.link, quote=True), text=escape(letter.button or _("See the order")))
    tag = current()
    page = _PAGE.format(language=tag, direction=direction(tag), subject=escape(letter.subject), body=body + f"<p>{escape(closing)}</p>")
    return text, page


def _table(rows: Sequence[tuple[str, str]]) -> str:
    if not rows:
        return ""
    cells = "".join(
        _ROW.format(weight="600" if place == len(rows) - 1 else "400", what=escape(what), amount=escape(amount))
        for place, (what, amount) in enumerate(rows)
    )
    return f'<table role="presentation" style="width:100%;border-collapse:collapse;margin:20px 0">{cells}</table>'


_PAGE = (
    '<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8"><title>{subject}</title></head>'
    '<body style="margin:0;padding:24px;background:#f6f5f2;color:#22201c;font:16px/1.55 system-ui,sans-serif">'
    '<div style="max-width:560px;margin:0 auto;padding:24px 28px;background:#ffffff;border-radius:12px">{body}</div></body></html>'
)
_ROW = (
    '<tr><td style="padding:8px 12px 8px 0;border-bottom:1px solid #e4e1da;font-weight:{weight}">{what}</td>'
    '<td style="padding:8px 0;border-bottom:1px solid #e4e1da;text-align:end;white-space:nowrap;font-weight:{weight}">{amount}</td></tr>'
)
_BUTTON = (
    '<p style="margin:28px 0"><a href="{link}" style="display:inline-block;padding:12px 22px;border-radius:8px;'
    'background:#22201c;color:#ffffff;text-decoration:none">{text}</a></p>'
)
