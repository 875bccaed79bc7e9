"""The bicycles of Veloria as choices for the drawing: one entry a model, in the middle size, in its first paint."""

from dataclasses import replace

from app.demo.drawing.bicycles import Bicycle, Cockpit, Drive
from app.demo.drawing.frames import ALLOY_BUILD, CARBON_BUILD, E_BUILD, STEEL_BUILD
from app.demo.drawing.geometry import Geometry
from app.demo.drawing.light import (
    BLACK_ALLOY,
    CARBON,
    DARK_LEATHER,
    DARK_PLASTIC,
    LEATHER,
    RUBBER,
    SILVER,
    TAN,
)
from app.demo.drawing.wheels import Wheel

WIDE_COGS = (10, 12, 14, 16, 18, 21, 24, 28, 33, 38, 44)
TRAIL_COGS = (10, 12, 14, 16, 18, 21, 24, 28, 33, 39, 45, 51)
TOWN = frozenset({"guards", "lights", "pedals", "stand", "bell"})
TOUR = TOWN | {"rack"}

ROAD = Geometry(555, 385, 72.5, 73.5, 145, 480, 415, 72)
GRAVEL = Geometry(582, 392, 71.0, 73.5, 150, 480, 425, 76, 48, tyre=42)
TRAIL = Geometry(632, 452, 66.0, 75.0, 108, 430, 432, 58, 44, tyre=58, crank=170, saddle=735)
TOWN_FRAME = Geometry(608, 388, 70.5, 73.0, 158, 500, 442, 68, 47, tyre=40, crank=170)
TOUR_FRAME = Geometry(622, 392, 70.0, 73.0, 168, 510, 455, 66, 47, tyre=47, crank=170)
STEP = Geometry(650, 372, 69.0, 71.0, 188, 470, 468, 62, 50, tyre=47, crank=170, saddle=700)

ROAD_WHEEL = Wheel(622, 28, "slick", RUBBER, 45, CARBON, 24, 2, label="VELORIA 28-622")
ALLOY_WHEEL = Wheel(622, 32, "slick", RUBBER, 26, BLACK_ALLOY, 28, 3, label="VELORIA 32-622")
STEEL_WHEEL = Wheel(622, 28, "file", TAN, 20, SILVER, 32, 3, "#a9acb0", 15, SILVER, 0, "VELORIA 28-622")
GRAVEL_WHEEL = Wheel(622, 42, "gravel", TAN, 30, CARBON, 28, 3, rotor=160, label="RIVERBED 42-622")
TRAIL_WHEEL = Wheel(622, 58, "block", RUBBER, 26, BLACK_ALLOY, 32, 3, hub=20, rotor=180, label="SCREE 58-622")
TOWN_WHEEL = Wheel(622, 40, "file", RUBBER, 24, BLACK_ALLOY, 32, 3, hub=18, rotor=160, label="QUAY 40-622")
TOUR_WHEEL = replace(TOWN_WHEEL, tyre=47, label="QUAY 47-622")
POLISHED = replace(TOUR_WHEEL, rim_material=SILVER, spoke_tone="#a9acb0", hub_material=SILVER)

FLAT = Cockpit("flat", 80, 6, 10, DARK_PLASTIC)
RISER = Cockpit("riser", 45, 0, 10, DARK_PLASTIC)
SWEPT = Cockpit("swept", 70, 18, 20, LEATHER, SILVER)

GX = Drive("derailleur", 40, 0, WIDE_COGS, 21)
TRAIL_DRIVE = Drive("derailleur", 32, 0, TRAIL_COGS, 18)
TOUR_DRIVE = Drive("derailleur", 44, 0, (11, 13, 15, 17, 20, 23, 26, 30, 34, 36), 17)
E_DRIVE = Drive("derailleur", 42, 0, (11, 13, 15, 17, 20, 23, 26, 30, 34, 36), 20)
BELT = Drive("belt", 50, 0, (), 22)
HUB = Drive("hub", 38, 0, (), 19)

TERN = Bicycle(ROAD, "PIN", wheel=ROAD_WHEEL, drive=Drive(inner=34))
LINNET = Bicycle(
    replace(ROAD, stack=575, reach=380, head_tube=165, tyre=32),
    "LAK",
    ALLOY_BUILD,
    wheel=ALLOY_WHEEL,
    drive=Drive(ring=48, inner=32),
    cockpit=Cockpit(stem=90, spacers=20),
)
PLOVER = Bicycle(
    replace(ROAD, stack=560, seat_tube=530, head_tube=150, head_angle=73),
    "CHK",
    STEEL_BUILD,
    fork="steel",
    wheel=STEEL_WHEEL,
    drive=Drive(ring=46, inner=34, crank_material=SILVER),
    cockpit=Cockpit(stem=100, angle=-16, spacers=10, grip=LEATHER, material=SILVER),
    saddle="leather",
    cover=LEATHER,
    post=SILVER,
    extras=frozenset({"rim_brakes"}),
)
CURLEW = Bicycle(GRAVEL, "OCH", wheel=GRAVEL_WHEEL, drive=GX, cockpit=Cockpit(stem=80, spacers=20))
SANDPIPER = Bicycle(
    replace(GRAVEL, seat_tube=510, head_tube=160),
    "SAG",
    replace(STEEL_BUILD, top=(32, 32), down=(38, 38)),
    wheel=replace(GRAVEL_WHEEL, rim_depth=24, rim_material=BLACK_ALLOY, tyre=45),
    drive=GX,
    cockpit=Cockpit(stem=80, spacers=25),
    extras=frozenset({"bottle"}),
)
MERLIN = Bicycle(
    TRAIL,
    "RST",
    replace(ALLOY_BUILD, down=(54, 58), wordmark=28),
    fork="suspension",
    wheel=TRAIL_WHEEL,
    drive=TRAIL_DRIVE,
    cockpit=RISER,
    extras=frozenset({"dropper"}),
)
HARRIER = Bicycle(
    replace(TRAIL, stack=628, reach=468, head_angle=65, seat_angle=76.5, chainstay=436, drop=34),
    "SLT",
    replace(CARBON_BUILD, top=(46, 38), down=(64, 62), head=(50, 60)),
    "full",
    "suspension",
    140,
    replace(TRAIL_WHEEL, rim_material=CARBON, rim_depth=28, rotor=200),
    drive=TRAIL_DRIVE,
    cockpit=replace(RISER, stem=40),
    extras=frozenset({"dropper"}),
)
WREN = Bicycle(
    TOWN_FRAME, "MIS", ALLOY_BUILD, wheel=TOWN_WHEEL, drive=BELT, cockpit=FLAT, extras=frozenset({"pedals", "lights", "guards", "bell"})
)
DUNLIN = replace(
    WREN, paint="COP", drive=Drive("single", 44, 0, (), 17), extras=frozenset({"pedals"}), wheel=replace(TOWN_WHEEL, tyre=35, wall=TAN)
)
HERON = Bicycle(
    STEP,
    "SAG",
    replace(ALLOY_BUILD, down=(60, 62), top=(40, 36), wordmark=26),
    "wave",
    "steel",
    wheel=POLISHED,
    drive=HUB,
    cockpit=SWEPT,
    saddle="leather",
    cover=LEATHER,
    post=SILVER,
    extras=TOUR | {"case"},
)
HERON_DIAMOND = Bicycle(
    replace(STEP, seat_tube=540, stack=640),
    "PIN",
    STEEL_BUILD,
    "diamond",
    "steel",
    wheel=POLISHED,
    drive=HUB,
    cockpit=replace(SWEPT, grip=DARK_LEATHER),
    saddle="leather",
    cover=DARK_LEATHER,
    post=SILVER,
    extras=TOUR | {"case"},
)
STORK = Bicycle(TOUR_FRAME, "LAK", ALLOY_BUILD, wheel=TOUR_WHEEL, drive=TOUR_DRIVE, cockpit=FLAT, saddle="comfort", extras=TOUR)
STORK_TRAPEZE = replace(STORK, frame="trapeze", paint="LIL", geometry=replace(TOUR_FRAME, seat_tube=480))
EGRET = Bicycle(
    STEP,
    "CHK",
    replace(E_BUILD, down=(86, 88), wordmark=34),
    "wave",
    "suspension",
    60,
    replace(TOUR_WHEEL, tyre=50),
    drive=replace(BELT, ring=46),
    cockpit=replace(SWEPT, grip=DARK_PLASTIC, material=BLACK_ALLOY),
    saddle="comfort",
    extras=TOUR,
)
STORK_E = Bicycle(
    replace(TOUR_FRAME, tyre=50),
    "SLT",
    E_BUILD,
    "diamond",
    "suspension",
    80,
    replace(TOUR_WHEEL, tyre=50),
    drive=E_DRIVE,
    cockpit=FLAT,
    saddle="comfort",
    extras=TOUR,
)
EIDER = Bicycle(
    Geometry(560, 372, 70.0, 71.5, 150, 450, 450, 30, 40, 406, 55, 406, 55, 170, 690, 830),
    "PIN",
    replace(E_BUILD, down=(78, 74)),
    "cargo",
    "carbon",
    wheel=Wheel(406, 55, "file", RUBBER, 26, BLACK_ALLOY, 32, 2, hub=22, rotor=180, label="QUAY 55-406"),
    drive=replace(BELT, ring=50, cog=22),
    cockpit=Cockpit("swept", 60, 20, 20, DARK_PLASTIC, BLACK_ALLOY),
    saddle="comfort",
    extras=frozenset({"guards", "lights", "pedals", "bell", "box"}),
)
WAGTAIL = Bicycle(
    Geometry(520, 390, 72.0, 71.0, 90, 300, 402, -18, 30, 406, 47, crank=165, saddle=700),
    "OCH",
    replace(ALLOY_BUILD, down=(52, 54), wordmark=28),
    "folding",
    "carbon",
    wheel=Wheel(406, 47, "file", RUBBER, 22, BLACK_ALLOY, 28, 2, rotor=140, label="QUAY 47-406"),
    drive=Drive("hub", 46, 0, (), 13),
    cockpit=Cockpit("flat", 30, 0, 190, DARK_PLASTIC),
    extras=frozenset({"pedals", "guards", "lights"}),
)
SISKIN_24 = Bicycle(
    Geometry(470, 345, 70.0, 72.0, 105, 330, 385, 40, 38, 507, 45, crank=145, saddle=560),
    "RST",
    replace(ALLOY_BUILD, top=(36, 34), down=(42, 44), wordmark=22),
    "trapeze",
    "carbon",
    wheel=Wheel(507, 45, "gravel", RUBBER, 22, BLACK_ALLOY, 28, 3, rotor=140),
    drive=Drive("derailleur", 32, 0, (11, 13, 15, 18, 21, 24, 28, 34), 18),
    cockpit=Cockpit("flat", 50, 10, 10, DARK_PLASTIC),
    extras=frozenset({"pedals"}),
)
SISKIN_20 = replace(
    SISKIN_24,
    paint="OCH",
    geometry=Geometry(415, 305, 69.0, 72.0, 95, 280, 345, 20, 34, 406, 45, crank=127, saddle=480),
    wheel=Wheel(406, 45, "gravel", RUBBER, 20, BLACK_ALLOY, 24, 2, rotor=0),
    drive=Drive("single", 30, 0, (), 16),
)
SISKIN_16 = replace(
    SISKIN_20,
    paint="MIS",
    geometry=Geometry(365, 270, 68.5, 71.0, 85, 235, 300, 8, 30, 305, 40, crank=105, saddle=415),
    wheel=Wheel(305, 40, "file", RUBBER, 18, BLACK_ALLOY, 20, 2, rotor=0),
    drive=Drive("single", 25, 0, (), 14),
)

MODELS: dict[str, Bicycle] = {
    "tern": TERN,
    "tern-sl": replace(TERN, paint="RAW", drive=Drive(ring=52, inner=36), wheel=replace(ROAD_WHEEL, rim_depth=38, spokes=20)),
    "swift": replace(
        TERN,
        paint="RST",
        geometry=replace(ROAD, stack=540, reach=390, head_tube=132, head_angle=73, chainstay=410, seat_tube=500),
        build=replace(CARBON_BUILD, top=(42, 34), down=(66, 64), seat=(42, 52), seatstay=(14, 17), low_stays=110, fillet=42, wordmark=31),
        wheel=replace(ROAD_WHEEL, rim_depth=62, spokes=20),
        cockpit=Cockpit(stem=110, angle=-10, spacers=5),
        drive=Drive(ring=54, inner=40),
    ),
    "linnet": LINNET,
    "plover": PLOVER,
    "curlew": CURLEW,
    "curlew-al": replace(
        CURLEW, paint="MIS", build=ALLOY_BUILD, wheel=replace(GRAVEL_WHEEL, rim_depth=24, rim_material=BLACK_ALLOY, wall=RUBBER)
    ),
    "sandpiper": SANDPIPER,
    "whimbrel": replace(
        CURLEW,
        paint="COP",
        wheel=replace(GRAVEL_WHEEL, tyre=38, rim_depth=40),
        geometry=replace(GRAVEL, tyre=38, stack=570, head_tube=140, reach=398),
    ),
    "merlin": MERLIN,
    "dipper": replace(
        MERLIN,
        paint="OCH",
        travel=100,
        geometry=replace(TRAIL, stack=615, reach=440, head_angle=67.5),
        drive=replace(TRAIL_DRIVE, ring=30),
        extras=frozenset({"pedals"}),
    ),
    "harrier": HARRIER,
    "goshawk": replace(
        HARRIER,
        paint="COP",
        travel=165,
        geometry=replace(HARRIER.geometry, stack=640, reach=475, head_angle=64, rim=584, front_rim=622, tyre=61, front_tyre=61, drop=14),
        front_wheel=replace(HARRIER.wheel, tyre=61),
        wheel=replace(HARRIER.wheel, rim=584, tyre=61, label="SCREE 61-584"),
    ),
    "wren": WREN,
    "dunlin": DUNLIN,
    "heron": HERON,
    "heron-classic": HERON_DIAMOND,
    "stork": STORK,
    "stork-trapeze": STORK_TRAPEZE,
    "crake": replace(
        STORK, paint="SLT", drive=BELT, fork="carbon", extras=TOUR | {"front_rack", "bottle"}, saddle="leather", cover=DARK_LEATHER
    ),
    "egret": EGRET,
    "wren-e": replace(
        WREN, paint="RAW", build=replace(E_BUILD, down=(56, 58), motor=False, battery=False), wheel=replace(TOWN_WHEEL, hub=30)
    ),
    "stork-e": STORK_E,
    "merlin-e": replace(HARRIER, paint="SAG", build=replace(HARRIER.build, down=(82, 84), motor=True), drive=replace(TRAIL_DRIVE, ring=36)),
    "eider": EIDER,
    "wagtail": WAGTAIL,
    "wagtail-e": replace(WAGTAIL, paint="SLT", build=replace(WAGTAIL.build, down=(62, 66)), wheel=replace(WAGTAIL.wheel, hub=32)),
    "siskin-24": SISKIN_24,
    "siskin-20": SISKIN_20,
    "siskin-16": SISKIN_16,
}
