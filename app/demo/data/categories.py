"""The tree of the demo catalogs: three branches, twelve shelves, each with a name, an introduction and a scene or studio."""

from dataclasses import dataclass

from app.demo.data.attributes import Texts, texts


@dataclass(frozen=True)
class Category:
    """A shelf. `scene` names a landscape of `app.demo.drawing.scenes`, or None."""

    code: str
    parent: str | None
    names: Texts
    intro: Texts
    scene: str | None = None


CATEGORIES: tuple[Category, ...] = (
    Category(
        "bicycles",
        None,
        texts("Bicycles", "Fahrräder", "自行车"),
        texts(
            "Thirty bicycles, each built to be repaired.",
            "Dreißig Fahrräder, jedes so gebaut, dass man es reparieren kann.",
            "三十款自行车，每一款都为可维修而造。",
        ),
        "bicycles",
    ),
    Category(
        "gear",
        None,
        texts("Equipment", "Ausrüstung", "骑行装备"),
        texts("What you wear, carry and lock up with.", "Was man trägt, mitnimmt und womit man abschließt.", "穿的、带的，以及锁车用的。"),
    ),
    Category(
        "spares",
        None,
        texts("Parts and workshop", "Teile und Werkstatt", "零件与工坊"),
        texts(
            "Everything that turns, wears or needs a spanner.",
            "Alles, was sich dreht, verschleißt oder einen Schlüssel braucht.",
            "会转的、会磨损的、需要扳手的。",
        ),
    ),
    Category(
        "road",
        "bicycles",
        texts("Road", "Rennräder", "公路车"),
        texts(
            "Light, precise, and calm enough for the fifth hour.",
            "Leicht, genau und ruhig genug für die fünfte Stunde.",
            "轻盈、精准，到第五个小时依然从容。",
        ),
        "road",
    ),
    Category(
        "gravel",
        "bicycles",
        texts("Gravel and travel", "Gravel und Reise", "砾石与旅行"),
        texts(
            "For the way that begins where the tarmac ends.",
            "Für den Weg, der beginnt, wo der Asphalt endet.",
            "为柏油路尽头的那条路而生。",
        ),
        "gravel",
    ),
    Category(
        "mountain",
        "bicycles",
        texts("Mountain", "Mountainbikes", "山地车"),
        texts(
            "Short stems, long front ends, and patience on roots.",
            "Kurze Vorbauten, lange Front und Geduld auf Wurzeln.",
            "短把立、长车头，过树根时有耐心。",
        ),
        "mountain",
    ),
    Category(
        "city",
        "bicycles",
        texts("City and touring", "Stadt und Touren", "城市与旅行"),
        texts(
            "Upright, lit, dry underneath: bicycles for ordinary days.",
            "Aufrecht, beleuchtet, trocken von unten: Räder für gewöhnliche Tage.",
            "坐得直、灯常亮、裤脚干净：为平常日子准备的车。",
        ),
        "city",
    ),
    Category(
        "electric",
        "bicycles",
        texts("E-bikes", "E-Bikes", "电助力车"),
        texts(
            "Quiet motors, honest ranges, batteries you can take out.",
            "Leise Motoren, ehrliche Reichweiten, Akkus zum Herausnehmen.",
            "安静的电机，诚实的续航，可拆的电池。",
        ),
        "electric",
    ),
    Category(
        "family",
        "bicycles",
        texts("Children's and folding", "Kinder und Falträder", "童车与折叠车"),
        texts("Small wheels, taken seriously.", "Kleine Räder, ernst genommen.", "小轮子，也认真对待。"),
        "family",
    ),
    Category(
        "wear",
        "gear",
        texts("Helmets and clothing", "Helme und Kleidung", "头盔与服装"),
        texts(
            "Things that should be forgotten while you ride.",
            "Dinge, die man beim Fahren vergessen soll.",
            "骑行时应该忘记它们存在的东西。",
        ),
    ),
    Category(
        "light",
        "gear",
        texts("Lights and locks", "Licht und Schlösser", "车灯与车锁"),
        texts(
            "To be seen, to see, and to find it where you left it.",
            "Gesehen werden, sehen und es dort wiederfinden, wo man es ließ.",
            "被看见，看得见，回来时车还在原处。",
        ),
    ),
    Category(
        "carry",
        "gear",
        texts("Bags and racks", "Taschen und Träger", "包与货架"),
        texts(
            "Dry, close to the wheel, and quiet on cobbles.",
            "Trocken, nah am Rad und leise auf Kopfstein.",
            "防水、贴近车身，过石板路也不响。",
        ),
    ),
    Category(
        "workshop",
        "spares",
        texts("Pumps and tools", "Pumpen und Werkzeug", "打气筒与工具"),
        texts("Few tools, all of them good.", "Wenige Werkzeuge, alle gut.", "工具不多，件件好用。"),
    ),
    Category(
        "wheels",
        "spares",
        texts("Wheels and tyres", "Laufräder und Reifen", "轮组与外胎"),
        texts("The part of the bicycle that meets the world.", "Der Teil des Fahrrads, der die Welt berührt.", "自行车与世界接触的部分。"),
    ),
    Category(
        "components",
        "spares",
        texts("Drivetrain and contact points", "Antrieb und Kontaktpunkte", "传动与接触点"),
        texts("Where hands, feet and chain do their work.", "Wo Hände, Füße und Kette ihre Arbeit tun.", "手、脚与链条工作的地方。"),
    ),
)
