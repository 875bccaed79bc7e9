"""Blocks of a page added, moved, doubled, taken away: each gives a new page. Pure; a block that is not there changes nothing."""

from catalog.content.blocks import KINDS, MOST_BLOCKS, AnyBlock, Faq, PageContent, Question
from kernel.errors import Invalid
from kernel.i18n import gettext as _
from kernel.ids import new_id


def add(page: PageContent, kind: str, after: str = "") -> tuple[PageContent, str]:
    """A new block behind another (or at the end); gives its id, too. Raises Invalid at `blocks`."""
    if kind not in KINDS:
        raise Invalid.at("blocks", _("Please choose one of the list."), "unknown_choice")
    block = KINDS[kind]()
    if isinstance(block, Faq):
        block = Faq(items=[Question()])
    places = [b.id for b in page.blocks]
    at = places.index(after) + 1 if after in places else len(places)
    return _with(page, [*page.blocks[:at], block, *page.blocks[at:]]), block.id


def move(page: PageContent, block_id: str, by: int) -> PageContent:
    """A block so many places down (up where negative), as far as there is room."""
    blocks = list(page.blocks)
    at = next((place for place, b in enumerate(blocks) if b.id == block_id), None)
    if at is None:
        return page
    block = blocks.pop(at)
    blocks.insert(max(0, min(len(blocks), at + by)), block)
    return _with(page, blocks)


def double(page: PageContent, block_id: str) -> tuple[PageContent, str]:
    """A copy of a block behind it, under an id of its own. Raises Invalid at `blocks`."""
    blocks: list[AnyBlock] = []
    made = ""
    for block in page.blocks:
        blocks.append(block)
        if block.id == block_id:
            made = new_id().hex[-12:]
            blocks.append(block.model_copy(update={"id": made}, deep=True))
    return _with(page, blocks), made


def remove(page: PageContent, block_id: str) -> PageContent:
    """Without the block."""
    return _with(page, [b for b in page.blocks if b.id != block_id])


def ask_more(page: PageContent, block_id: str) -> PageContent:
    """One more question in a list of questions."""
    return _with(page, [_asking(b) if b.id == block_id and isinstance(b, Faq) else b for b in page.blocks])


def _asking(block: Faq) -> Faq:
    return block.model_copy(update={"items": [*block.items, Question()]})


def _with(page: PageContent, blocks: list[AnyBlock]) -> PageContent:
    if len(blocks) > MOST_BLOCKS:
        raise Invalid.at("blocks", _("A page has at most %(count)s blocks.") % {"count": MOST_BLOCKS}, "too_many")
    return page.model_copy(update={"blocks": blocks})
