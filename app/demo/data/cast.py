"""The people and companies of the demo world, all invented: who signs in where, what they may do, where they live."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PostalAddress:
    """An address as people write it; `country` ISO 3166-1 alpha-2, `region` only where the country needs it."""

    street: str
    postcode: str
    city: str
    country: str
    region: str = ""


@dataclass(frozen=True)
class Company:
    """A buying organisation at one tenant; `terms_days` is its time to pay on account."""

    key: str
    tenant: str
    name: str
    vat_id: str
    address: PostalAddress
    terms_days: int


@dataclass(frozen=True)
class Person:
    """Somebody with a log-in. `role`: customer, buyer, partner_seller, catalog_manager, channel_manager, sales, administrator."""

    email: str
    given_name: str
    family_name: str
    tenant: str
    role: str
    language: str
    address: PostalAddress | None = None
    company: str | None = None
    phone: str = ""

    @property
    def name(self) -> str:
        """Given and family name as one line."""
        return f"{self.given_name} {self.family_name}"


STADTWERKE = PostalAddress("Am Wasserwerk 4", "88199", "Aarental", "DE")
COMPANIES: tuple[Company, ...] = (
    Company("stadtwerke", "veloria", "Stadtwerke Aarental GmbH", "DE999000123", STADTWERKE, 30),
    Company("klinikum", "veloria", "Klinikum Seeufer", "DE999000248", PostalAddress("Uferweg 21", "88199", "Aarental", "DE"), 30),
    Company("brief", "veloria", "Eilboten Genossenschaft", "ATU99900017", PostalAddress("Lände 9", "6900", "Bregenz", "AT"), 14),
    Company("werft", "radhaus", "Werft Nordhafen KG", "DE999000371", PostalAddress("Kaistraße 112", "24103", "Kiel", "DE"), 21),
    Company(
        "parks", "harborcycles", "Casco Bay Parks Trust", "", PostalAddress("48 Commercial Street", "04101", "Portland", "US", "ME"), 30
    ),
)
PEOPLE: tuple[Person, ...] = (
    Person(
        "mira@example.com",
        "Mira",
        "Castell",
        "radhaus",
        "customer",
        "de",
        PostalAddress("Lindenallee 7", "24105", "Kiel", "DE"),
        phone="+49 431 5550107",
    ),
    Person("jonas@stadtwerke.example", "Jonas", "Feld", "veloria", "buyer", "de", STADTWERKE, "stadtwerke", "+49 8382 5550141"),
    Person(
        "ines@klinikum.example",
        "Ines",
        "Rauch",
        "veloria",
        "buyer",
        "de",
        PostalAddress("Uferweg 21", "88199", "Aarental", "DE"),
        "klinikum",
    ),
    Person("petra@radhaus.example", "Petra", "Lindqvist", "radhaus", "partner_seller", "de"),
    Person("sam@harborcycles.example", "Sam", "Okafor", "harborcycles", "partner_seller", "en"),
    Person("clara@veloria.example", "Clara", "Wen", "veloria", "catalog_manager", "zh-Hans"),
    Person("david@veloria.example", "David", "Roth", "veloria", "channel_manager", "de"),
    Person("lena@veloria.example", "Lena", "Brandt", "veloria", "sales", "de"),
    *(
        Person(f"ada@{slug}.example", "Ada", "Admin", slug, "administrator", "en")
        for slug in ("veloria", "radhaus", "harborcycles", "lumenparts")
    ),
)
SHOPPERS: dict[str, tuple[tuple[str, str, PostalAddress], ...]] = {
    "veloria": (
        ("Anselm", "Brügger", PostalAddress("Obere Gasse 12", "79098", "Freiburg", "DE")),
        ("Leonie", "Harms", PostalAddress("Weserstraße 58", "28203", "Bremen", "DE")),
        ("Tomas", "Weidinger", PostalAddress("Kaiserjägerstraße 3", "6020", "Innsbruck", "AT")),
        ("Marlies", "Vogt", PostalAddress("Mariahilfer Straße 140", "1150", "Wien", "AT")),
        ("Élodie", "Marchand", PostalAddress("14 rue des Tanneurs", "67000", "Strasbourg", "FR")),
        ("Bastien", "Lacroix", PostalAddress("3 quai Saint-Antoine", "69002", "Lyon", "FR")),
        ("Sanne", "de Wit", PostalAddress("Oudegracht 211", "3511 NG", "Utrecht", "NL")),
        ("Joris", "Hoekstra", PostalAddress("Noorderhaven 34", "9712 VL", "Groningen", "NL")),
        ("Henrike", "Pohl", PostalAddress("Zollernring 6", "88199", "Aarental", "DE")),
        ("Yuan", "Zhao", PostalAddress("Schillerstraße 29", "80336", "München", "DE")),
        ("Rosa", "Ehlers", PostalAddress("Domplatz 1", "99084", "Erfurt", "DE")),
        ("Matteo", "Kern", PostalAddress("Seepromenade 17", "88131", "Lindau", "DE")),
    ),
    "radhaus": (
        ("Fenja", "Petersen", PostalAddress("Holtenauer Straße 93", "24105", "Kiel", "DE")),
        ("Ole", "Brodersen", PostalAddress("Schiffbrücke 22", "24937", "Flensburg", "DE")),
        ("Katja", "Mertens", PostalAddress("Hundestraße 40", "23552", "Lübeck", "DE")),
        ("Nuri", "Aydin", PostalAddress("Große Bergstraße 151", "22767", "Hamburg", "DE")),
        ("Wiebke", "Thomsen", PostalAddress("Norderstraße 8", "25813", "Husum", "DE")),
        ("Lars", "Ingwersen", PostalAddress("Am Markt 5", "24340", "Eckernförde", "DE")),
        ("Sophie", "Blank", PostalAddress("Doberaner Straße 77", "18057", "Rostock", "DE")),
        ("Jannis", "Kruse", PostalAddress("Wall 31", "24103", "Kiel", "DE")),
    ),
    "harborcycles": (
        ("Eleanor", "Whitcomb", PostalAddress("27 Munjoy Street", "04101", "Portland", "US", "ME")),
        ("Marcus", "Bell", PostalAddress("190 Prospect Street", "02139", "Cambridge", "US", "MA")),
        ("Grace", "Liu", PostalAddress("88 Wickenden Street", "02903", "Providence", "US", "RI")),
        ("Daniel", "Ortega", PostalAddress("412 Pearl Street", "05401", "Burlington", "US", "VT")),
        ("Hannah", "Novak", PostalAddress("15 Islington Street", "03801", "Portsmouth", "US", "NH")),
        ("Theo", "Ramsey", PostalAddress("640 State Street", "06511", "New Haven", "US", "CT")),
        ("Ruth", "Abernathy", PostalAddress("9 Bay View Lane", "04843", "Camden", "US", "ME")),
    ),
}


def shopper_mail(given: str, family: str) -> str:
    """The mail address of an invented shopper, always under example.com (RFC 2606)."""
    plain = f"{given}.{family}".lower()
    for sign, instead in (("ü", "ue"), ("ö", "oe"), ("ä", "ae"), ("é", "e"), (" ", "")):
        plain = plain.replace(sign, instead)
    return f"{plain}@example.com"
