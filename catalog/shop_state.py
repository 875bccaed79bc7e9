"""What a shop shows now, as one small key for things that are kept in the process (kernel.stamps.Kept).

    _kept.get(session, (shop_state(session, view), category_id), make)

It is the same object for as long as the shop's stamp and the versions of everything it sells from stay the same.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from catalog.shop import ShopView, Source
from catalog.sources import sources_for
from kernel import stamps


@dataclass(frozen=True, eq=False)
class ShopState:
    """A shop's view, which holds tenant, market, language and stamp, with its sources, which hold their versions."""

    view: ShopView
    sources: tuple[Source, ...]

    @property
    def place(self) -> tuple[UUID, str, str]:
        """Which shop it is the state of: tenant, market, language."""
        return place_of(self.view)


def place_of(view: ShopView) -> tuple[UUID, str, str]:
    """The shop, whatever it shows: tenant, market, language."""
    return view.tenant_id, view.market_code, view.language + view.preview


_states: stamps.Kept[ShopState] = stamps.Kept(most=1000, place=lambda key: place_of(key[0]))


def shop_state(session: Session, view: ShopView) -> ShopState:
    """The key. Equal to nothing but itself, so that looking it up costs no comparison of its parts."""
    return stamps.once(session, ("state", view), lambda: _find(session, view))


def _find(session: Session, view: ShopView) -> ShopState:
    sources = tuple(sources_for(session, view))
    return _states.get(session, (view, sources), lambda: ShopState(view, sources))
