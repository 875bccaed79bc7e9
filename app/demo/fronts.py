"""Home pages of the demo's shops: a landscape of its own for each, and words in every language it speaks."""

import hashlib

from app.demo.data.attributes import Texts, texts
from app.demo.data.shop_texts import SHOPS
from app.demo.houses import HOUSES
from app.demo.pictures import Drawn
from app.demo.stage import Stage, administrator, person, working
from catalog.media import PICTURES
from kernel import files
from storefront.front import FrontTexts, front_to_edit, write_front

WRITTEN_DAYS_AGO = 201
ALTS: dict[str, Texts] = {
    "veloria": texts(
        "A green road bicycle by the river, the town of Aarental and its hills behind it in the morning",
        "Ein grünes Rennrad am Fluss, dahinter Aarental und seine Hügel am Morgen",
        "清晨的河边停着一辆绿色公路车，身后是阿伦塔尔小城与群山",
    ),
    "radhaus": texts(
        "A town bicycle with a low step in the evening light, roofs and flat land behind it",
        "Ein Stadtrad mit tiefem Einstieg im Abendlicht, dahinter Dächer und flaches Land",
        "夕阳下的低跨点城市车，身后是屋顶与平原",
    ),
    "harborcycles": texts(
        "A gravel bicycle at the waterfront, the harbor town behind it",
        "Ein Gravelrad am Wasser, dahinter die Hafenstadt",
        "水边的砾石车，身后是港口小城",
    ),
    "lumenparts": texts(
        "Quiet hills and a few trees at noon",
        "Stille Hügel und einige Bäume am Mittag",
        "正午，静静的山丘与几棵树",
    ),
}


def write_fronts(stage: Stage, drawn: Drawn) -> None:
    """Every shop's home page."""
    for house in HOUSES:
        languages = list(dict.fromkeys(tag for market in house.markets.values() for tag in market.languages))
        with working(house.slug, stage.moment(WRITTEN_DAYS_AGO)) as session:
            ada = person(session, administrator(house.slug))
            if all(front_to_edit(session, ada, tag).headline for tag in languages):
                continue
            data = drawn.scenes[house.slug].result()
            key = f"{PICTURES}{hashlib.sha256(data).hexdigest()[:32]}.webp"
            files.put(key, data, "image/webp")
            told = SHOPS[house.slug]
            for tag in languages:
                held = front_to_edit(session, ada, tag)
                words = (told.headline[tag], told.subline[tag], told.story_title[tag], told.story[tag])
                write_front(session, ada, tag, FrontTexts(*words, key, ALTS[house.slug][tag], held.edit_version))
