"""Purchase on account: the goods come first, the invoice is paid within so many days.

Open to everybody whose address lies in the market, guests too, up to a limit per order that the seller sets;
companies and persons may have different days. Credit checks and a limit over all open orders come with the
company accounts that need them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from kernel.errors import Refused
from kernel.i18n import format_money, ngettext
from kernel.i18n import gettext as _
from kernel.money import Money
from orders.payments.provider import PaymentOffer, PaymentPromise, PaymentRequest


@dataclass(frozen=True)
class OnAccount:
    """The default payment method of one market."""

    countries: Sequence[str]
    limit: Money | None
    days_person: int = 14
    days_company: int = 30
    code: str = "on_account"

    def offer(self, request: PaymentRequest) -> PaymentOffer:
        """Always one offer; refused outside of the market's countries and above the limit."""
        days = self._days(request)
        return PaymentOffer(
            code=self.code,
            name=_("Purchase on account"),
            explanation=self._terms(days),
            due_on=request.on + timedelta(days=days),
            limit=self.limit,
            refused_because=self._refusal(request),
        )

    def promise(self, request: PaymentRequest) -> PaymentPromise:
        """The days to pay. Refused where the offer is."""
        if refusal := self._refusal(request):
            raise Refused(refusal, payment=self.code)
        days = self._days(request)
        return PaymentPromise(self.code, _("Purchase on account"), self._terms(days), request.on + timedelta(days=days))

    def _days(self, request: PaymentRequest) -> int:
        return self.days_company if request.is_company else self.days_person

    def _terms(self, days: int) -> str:
        text = ngettext("Pay within %(days)s day of the invoice.", "Pay within %(days)s days of the invoice.", days)
        return text % {"days": days}

    def _refusal(self, request: PaymentRequest) -> str:
        if request.country not in self.countries:
            return _("Purchase on account is open to addresses in this market only.")
        if self.limit is not None and request.total > self.limit:
            return _("Purchase on account goes up to %(limit)s per order. Please order less at once, or ask us.") % {
                "limit": format_money(self.limit)
            }
        return ""
