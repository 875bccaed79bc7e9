"""Asking somebody to buy for a company: the form, and where the links of the invitation lead.

The company's own page and the desk's ask in the same words.
"""

from pydantic import BaseModel, Field

from kernel.web.visit import Visit
from tenants.companies import Invitations


class BuyerForm(BaseModel):
    """Somebody who shall buy for the company."""

    email: str = Field(default="", max_length=500)
    name: str = Field(default="", max_length=500)
    role: str = Field(default="buyer", max_length=20)


def invitations(visit: Visit) -> Invitations:
    """Where the links of an invitation lead."""
    return Invitations(
        new=lambda token: visit.absolute("signing_in.invitation", token=token),
        known=lambda token: visit.absolute("company.invitation", token=token),
    )
