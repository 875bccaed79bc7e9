"""Banners: a line above every page, with its window of time and whom it is for."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from backoffice.page_forms import WHEN, moment_in
from backoffice.pages.content_pages import places_of
from catalog.content.banners import BannerEdit, banner_for, list_banners, remove_banner, write_banner
from catalog.models import ContentBanner
from kernel import clock
from kernel.errors import Conflict, Invalid
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit


class BannerForm(BaseModel):
    """A banner as typed."""

    place: str = Field(default="", max_length=60)
    text: str = Field(default="", max_length=1000)
    link_label: str = Field(default="", max_length=500)
    link: str = Field(default="", max_length=1000)
    tone: str = Field(default="accent", max_length=20)
    audience: str = Field(default="everyone", max_length=20)
    starts_at: str = Field(default="", max_length=40)
    ends_at: str = Field(default="", max_length=40)
    is_on: bool = False
    edit_version: int | None = None


def show(visit: Visit) -> Answer:
    """Every banner, and a new one."""
    return _page(visit, visit.fill(BannerForm, {"is_on": True}), None)


def edit(visit: Visit) -> Answer:
    """One banner."""
    banner = banner_for(visit.session, visit.actor, visit.id())
    return _page(visit, visit.fill(BannerForm, _known(visit, banner)), banner)


def make(visit: Visit) -> Answer:
    """A new banner."""
    return _write(visit, None)


def change(visit: Visit) -> Answer:
    """Changes one."""
    return _write(visit, visit.id())


def remove(visit: Visit) -> Answer:
    """Takes one away."""
    remove_banner(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("desk.banners", done="removed"))


def _write(visit: Visit, banner_id: UUID | None) -> Answer:
    form: Form[BannerForm] = visit.form
    banner = banner_for(visit.session, visit.actor, banner_id) if banner_id else None
    try:
        given = form.given
        market, _slash, language = given.place.partition("/")
        begins, ends = moment_in(visit, given.starts_at, "starts_at"), moment_in(visit, given.ends_at, "ends_at")
        plain = given.model_dump(include={"text", "link_label", "link", "tone", "audience", "is_on"})
        write_banner(
            visit.session, visit.actor, BannerEdit(market, language, **plain, starts_at=begins, ends_at=ends), banner_id, given.edit_version
        )
    except (Invalid, Conflict) as refused:
        return _page(visit, form.told(refused), banner, refused.status)
    return visit.redirect(visit.url("desk.banners", done="saved"))


def _known(visit: Visit, banner: ContentBanner) -> dict[str, Any]:
    zone = ZoneInfo(visit.tenant.time_zone)
    told = {name: getattr(banner, name) for name in BannerForm.model_fields if name not in ("place", "starts_at", "ends_at")}
    moments = {name: getattr(banner, name) for name in ("starts_at", "ends_at")}
    shown = {name: m.astimezone(zone).strftime(WHEN) if m else "" for name, m in moments.items()}
    return {**told, **shown, "place": f"{banner.market_code}/{banner.language}"}


def _page(visit: Visit, form: Form[BannerForm], banner: ContentBanner | None, status: int = 200) -> Answer:
    return visit.render(
        "backoffice/banners.html", status=status, form=form, banner=banner, banners=list_banners(visit.session, visit.actor),
        own_places=places_of(visit), now=clock.now(), done=visit.query.get("done", ""),
    )  # fmt: skip
