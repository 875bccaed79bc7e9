"""What the two partners sell of Veloria, at which prices, under which words: the rows of their overlays."""

from dataclasses import dataclass, field

from app.demo.data.assortment import products
from app.demo.data.attributes import Texts


@dataclass(frozen=True)
class Overlay:
    """A partner's own face of a brand's product: prices by currency (decimal text), names and texts by language, or hidden."""

    sku: str
    prices: dict[str, str] = field(default_factory=dict)
    names: Texts = field(default_factory=dict)
    descriptions: Texts = field(default_factory=dict)
    hidden: bool = False


SCOPES: dict[str, tuple[str, ...]] = {
    "radhaus": ("road", "gravel", "city", "electric", "family", "wear", "light", "carry"),
    "harborcycles": ("road", "gravel", "mountain", "electric", "wear", "wheels", "components"),
}
CORRIDORS: dict[str, tuple[str, str]] = {"radhaus": ("-12", "8"), "harborcycles": ("-10", "12")}

RADHAUS: tuple[Overlay, ...] = (
    Overlay(
        "VEL-TERN",
        {"EUR": "2799.00"},
        {},
        {
            "de": (
                "Unser meistgefahrenes Rennrad. Petra fährt es selbst, bei jedem Wetter, seit drei Jahren. Wir stellen es auf "
                "deine Maße ein und sehen nach 300 km kostenlos noch einmal drüber."
            )
        },
    ),
    Overlay(
        "VEL-LINNET",
        {"EUR": "1549.00"},
        {"de": "Linnet, fertig für den Winter"},
        {
            "de": (
                "Wir liefern den Linnet auf Wunsch mit Schutzblechen und Licht. Ein Rennrad für alle, die im November nicht auf "
                "die Rolle wollen."
            )
        },
    ),
    Overlay(
        "VEL-CURLEW",
        {"EUR": "2899.00"},
        {},
        {"de": "Für die Wege hinter dem Deich, auf denen der Wind von vorn kommt. Probefahrt jeden Samstag ab neun."},
    ),
    Overlay("VEL-CURLEWAL", {"EUR": "1749.00"}),
    Overlay(
        "VEL-WREN",
        {"EUR": "1349.00"},
        {"de": "Wren, das Hafenrad"},
        {
            "de": (
                "Flach, windig, oft nass: Für unsere Stadt ist ein Riemen keine Spielerei. Das Wren ist das Rad, das wir am "
                "seltensten in der Werkstatt sehen."
            ),
            "en": "Flat, windy, often wet: in our town a belt is no luxury. The Wren is the bike we see least often in the workshop.",
        },
    ),
    Overlay("VEL-HERON", {"EUR": "1099.00"}, {}, {"de": "Zum Einsteigen im Mantel. Mit Korb vorn für 1.149 € als Marktpaket."}),
    Overlay("VEL-STORK", {"EUR": "1279.00"}),
    Overlay(
        "VEL-EGRET",
        {"EUR": "3199.00"},
        {},
        {"de": "Leasing über deinen Betrieb ist bei uns eine Unterschrift. Den Akku prüfen wir einmal im Jahr."},
    ),
    Overlay("VEL-STORKE", {"EUR": "3699.00"}),
    Overlay(
        "VEL-EIDER",
        {"EUR": "5890.00"},
        {"de": "Eider, das Familienschiff"},
        {
            "de": "Komm mit den Kindern, wir setzen sie zur Probe hinein. Regendach und Sonnensegel sind bei uns inklusive.",
            "en": "Bring the children, we will try them in the box for size. Rain cover and sun sail are included with us.",
        },
    ),
    Overlay("VEL-WAGTAIL", {"EUR": "1149.00"}),
    Overlay("VEL-BARGE20", {"EUR": "84.00"}),
    Overlay("VEL-TERNSL", hidden=True),
)
HARBOR: tuple[Overlay, ...] = (
    Overlay(
        "VEL-TERN",
        {"USD": "3099.00"},
        {},
        {"en": "Built up in our shop on Water Street, fitted to you before it leaves. First tune-up is on us."},
    ),
    Overlay("VEL-SWIFT", {"USD": "5190.00"}),
    Overlay(
        "VEL-CURLEW",
        {"USD": "3290.00"},
        {"en": "Curlew, harbor build"},
        {"en": "We set ours up tubeless with a dynamo-ready front wheel, because the trail to the lighthouse has no lamps."},
    ),
    Overlay("VEL-SANDPIPER", {"USD": "2499.00"}),
    Overlay("VEL-MERLIN", {"USD": "1849.00"}),
    Overlay("VEL-HARRIER", {"USD": "4690.00"}),
    Overlay(
        "VEL-EGRET",
        {"USD": "3490.00"},
        {"en": "Egret, the ferry bike"},
        {"en": "Rolls on, rolls off, climbs the hill from the landing without a word. Class 1, speed limited to 20 mph."},
    ),
    Overlay("VEL-EIDER", {"USD": "6390.00"}),
    Overlay("VEL-CAIRN", {"USD": "145.00"}),
    Overlay("VEL-CREST45", {"USD": "1399.00"}),
    Overlay("VEL-QUAY30", {"USD": "54.90"}),
    Overlay("VEL-PERCHL", {"USD": "149.00"}, {"en": "Perch leather, broken in by you"}),
)
OVERLAYS: dict[str, tuple[Overlay, ...]] = {"radhaus": RADHAUS, "harborcycles": HARBOR}


def shelf(partner: str) -> list[str]:
    """SKUs of the products that a partner sells: what its agreement covers, less what it hides."""
    hidden = {one.sku for one in OVERLAYS[partner] if one.hidden}
    return [one.sku for one in products("veloria") if one.category in SCOPES[partner] and one.sku not in hidden]
