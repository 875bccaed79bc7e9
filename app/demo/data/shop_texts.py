"""What the shops say of themselves: home pages and brand stories, in the languages each of them speaks."""

from dataclasses import dataclass

from app.demo.data.attributes import Texts, texts


@dataclass(frozen=True)
class ShopText:
    """A shop's home page in words; `scene` names its landscape, `featured` the SKUs it shows first."""

    scene: str
    headline: Texts
    subline: Texts
    button: Texts
    story_title: Texts
    story: Texts
    featured: tuple[str, ...]


SHOPS: dict[str, ShopText] = {
    "veloria": ShopText(
        "home",
        texts("Made by the river, for the long way home", "Am Fluss gebaut, für den langen Heimweg", "河畔所造，为更长的归途"),
        texts(
            "Bicycles from Aarental: true in their geometry, quiet in their colours, built to be repaired.",
            "Fahrräder aus Aarental: klar in der Geometrie, ruhig in der Farbe, gebaut, um repariert zu werden.",
            "来自阿伦塔尔的自行车：几何严谨，色彩沉静，为可维修而造。",
        ),
        texts("See the bicycles", "Zu den Fahrrädern", "查看自行车"),
        texts("One town, one workshop, thirty bicycles", "Eine Stadt, eine Werkstatt, dreißig Räder", "一座小城，一间工坊，三十款车"),
        texts(
            "Veloria began in 1987 in the old mill below the bridge, with a jig, two torches and an order for eleven post "
            "bicycles. The mill still stands, the "
            "jig is still in use, and the eleventh bicycle still delivers letters. We build what we ride ourselves, we keep "
            "spare parts for fifteen years, and "
            "we answer the telephone.",
            "Veloria begann 1987 in der alten Mühle unter der Brücke, mit einer Rahmenlehre, zwei Brennern und einem Auftrag "
            "über elf Posträder. Die Mühle steht "
            "noch, die Lehre ist noch in Gebrauch, und das elfte Rad trägt noch immer Briefe aus. Wir bauen, was wir selbst "
            "fahren, halten Ersatzteile fünfzehn "
            "Jahre vor und gehen ans Telefon.",
            "1987 年，Veloria "
            "在桥下的老磨坊里起步：一副车架夹具、两把焊枪，和一笔十一辆邮政自行车的订单。如今磨坊还在，夹具还在用，第十一辆车也还在送信。"
            "我们造自己愿意骑的车，配件保留十五年，电话有人接听。",
        ),
        ("VEL-TERN", "VEL-WREN", "VEL-CURLEW", "VEL-EGRET", "VEL-HERON", "VEL-MERLIN", "VEL-EIDER", "VEL-SISKIN24"),
    ),
    "radhaus": ShopText(
        "home-radhaus",
        texts("Good bicycles against the wind", "Gute Räder gegen den Wind", "迎风也好骑的车"),
        texts(
            "Six people, one workshop, everything tried out on the dyke.",
            "Sechs Leute, eine Werkstatt, alles auf dem Deich probiert.",
            "六个人，一间工坊，每一款都在堤坝上试过。",
        ),
        texts("Choose a bicycle", "Rad aussuchen", "挑一辆车"),
        texts("The house by the railway", "Das Haus am Bahndamm", "铁路边的车行"),
        texts(
            "Radhaus Nord has stood behind the station since 1998. We sell few brands and know them well; we fit every "
            "bicycle to the person who will ride it, "
            "and we see it again after three hundred kilometres.",
            "Radhaus Nord steht seit 1998 hinter dem Bahnhof. Wir führen wenige Marken und kennen sie gut; wir stellen jedes "
            "Rad auf den Menschen ein, der es fährt, "
            "und sehen es nach dreihundert Kilometern wieder.",
            "Radhaus Nord 自 1998 年起就在火车站后面。我们卖的品牌不多，但都熟悉；每辆车都按骑它的人调好，骑满三百公里再回来看一次。",
        ),
        ("VEL-WREN", "VEL-HERON", "VEL-STORK", "VEL-EIDER", "VEL-CURLEW", "VEL-EGRET", "VEL-TERN", "VEL-BARGE20"),
    ),
    "harborcycles": ShopText(
        "home-harbor",
        texts("Salt air, honest bikes", "Salzluft, ehrliche Räder", "海风里，好好骑车"),
        texts(
            "A small shop on the waterfront with a long bench and strong coffee.",
            "Ein kleiner Laden am Wasser mit langer Werkbank und starkem Kaffee.",
            "码头边的小店，长长的工作台，浓浓的咖啡。",
        ),
        texts("Shop bikes", "Zu den Rädern", "选购自行车"),
        texts("From the landing to the lighthouse", "Vom Anleger zum Leuchtturm", "从码头到灯塔"),
        texts(
            "Harbor Cycles has been building, fitting and fixing bikes on Water Street since 2006. Every bike leaves "
            "assembled by one mechanic, whose name is on the "
            "tag, and comes back to the same hands for its first tune-up.",
            "Harbor Cycles baut, vermisst und repariert seit 2006 Räder in der Water Street. Jedes Rad wird von einer Person "
            "aufgebaut, deren Name am Anhänger steht, "
            "und kommt zur ersten Inspektion in dieselben Hände zurück.",
            "Harbor Cycles 自 2006 年起在水街装车、调车、修车。每辆车由一位技师独立装配，名字写在吊牌上；首次保养，也回到同一双手里。",
        ),
        ("VEL-CURLEW", "VEL-HARRIER", "VEL-TERN", "VEL-EIDER", "VEL-SANDPIPER", "VEL-EGRET", "VEL-CAIRN", "VEL-CREST45"),
    ),
    "lumenparts": ShopText(
        "home-lumen",
        texts("Small parts, measured twice", "Kleine Teile, zweimal gemessen", "小零件，量两遍"),
        texts("Light, steel and bearings for bicycles.", "Licht, Stahl und Lager für Fahrräder.", "为自行车而做的灯、钢与轴承。"),
        texts("See the parts", "Zu den Teilen", "查看零件"),
        texts("A factory for what one overlooks", "Eine Fabrik für das, was man übersieht", "专做容易被忽略的东西"),
        texts(
            "Lumen Parts makes fifteen things and nothing else. Each is measured by a person before it is packed.",
            "Lumen Parts macht fünfzehn Dinge und sonst nichts. Jedes wird von einem Menschen gemessen, bevor es verpackt wird.",
            "Lumen Parts 只做十五样东西。每一件包装之前，都有人亲手量过。",
        ),
        ("LUM-BEAM150", "LUM-BEAM80", "LUM-GLOW", "LUM-HOOP28"),
    ),
}
