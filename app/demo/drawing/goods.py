"""Everything that is sold besides bicycles: which drawing, in which material, on which ground, and how close the second look is."""

from collections.abc import Callable
from dataclasses import dataclass

from app.demo.drawing import chains, clothes, components, lamps, luggage, tools, wearables
from app.demo.drawing.canvas import Box, Canvas, Pen
from app.demo.drawing.light import (
    BLACK_ALLOY,
    CARBON,
    COPPER,
    DARK_LEATHER,
    DARK_PLASTIC,
    DARK_STEEL,
    GRAPHITE,
    LEATHER,
    RUBBER,
    SILVER,
    STEEL,
    TAN,
    Material,
    satin,
)
from app.demo.drawing.paints import PAINTS
from app.demo.drawing.pictures import Drawing

STANDING = Box(-240, -330, 480, 360)


@dataclass(frozen=True)
class Good:
    """A drawing of one thing: its hand, its material (a paint of the product may replace it), studio and view."""

    hand: Callable[[Pen, Material], None]
    material: Material
    studio: str
    box: Box = STANDING
    close: Box | None = None
    flat: bool = False


def draw_good(name: str, paint: str | None = None) -> Drawing:
    """The drawing of a good, in a paint where it has several; views whole and, where there is one, close."""
    good = GOODS[name]
    canvas = Canvas(["extras"])
    good.hand(canvas.on("extras"), PAINTS[paint].material if paint else good.material)
    views = {"whole": good.box} | ({"close": good.close} if good.close else {})
    return Drawing(name, canvas.inner(), views, good.studio, not good.flat)


WHEELS = Box(-590, -660, 1180, 720)
ALONE = Box(-440, -760, 880, 820)
OPEN = Box(-260, -200, 520, 400)

GOODS: dict[str, Good] = {
    "helmet-road": Good(wearables.road_helmet, PAINTS["CHK"].material, "wear", Box(-220, -250, 440, 300), Box(-180, -230, 240, 180)),
    "helmet-city": Good(wearables.city_helmet, PAINTS["PIN"].material, "wear", Box(-220, -250, 440, 300), Box(-180, -230, 240, 180)),
    "helmet-kids": Good(wearables.city_helmet, PAINTS["OCH"].material, "wear", Box(-240, -270, 480, 340)),
    "jersey": Good(wearables.jersey, PAINTS["PIN"].material, "wear", Box(-430, -440, 860, 860), Box(-190, -400, 380, 285), flat=True),
    "jacket": Good(
        lambda pen, m: wearables.jersey(pen, m, long=True), PAINTS["SLT"].material, "wear", Box(-430, -440, 860, 860), flat=True
    ),
    "gloves": Good(wearables.gloves, satin("#33373c"), "wear", Box(-320, -235, 640, 480), flat=True),
    "lamp-front": Good(components.head_lamp, GRAPHITE, "light", Box(-260, -290, 540, 350)),
    "lamp-rear": Good(components.tail_lamp, GRAPHITE, "light", Box(-250, -350, 500, 400)),
    "lamp-small": Good(lamps.small_lamp, PAINTS["SIL"].material, "light", Box(-240, -270, 500, 320)),
    "lamp-round": Good(lamps.round_lamp, GRAPHITE, "light", Box(-250, -330, 500, 375), Box(-120, -285, 240, 180)),
    "lamp-wide": Good(lamps.wide_lamp, BLACK_ALLOY, "light", Box(-260, -300, 520, 350)),
    "lamp-ring": Good(lamps.ring_lamp, GRAPHITE, "light", Box(-240, -335, 480, 380)),
    "lamp-rack": Good(lamps.rack_lamp, GRAPHITE, "light", Box(-280, -300, 560, 350)),
    "lamp-set": Good(lamps.clip_set, GRAPHITE, "light", Box(-280, -290, 560, 340)),
    "lamp-bar-end": Good(lamps.bar_ends, GRAPHITE, "light", Box(-270, -270, 580, 320)),
    "lamp-helmet": Good(lamps.helmet_lamp, GRAPHITE, "light", Box(-270, -270, 540, 320)),
    "hub-dynamo": Good(lamps.dynamo_hub, PAINTS["SIL"].material, "parts", Box(-330, -240, 660, 480), flat=True),
    "bell-brass": Good(lamps.brass_bell, lamps.BRASS, "light", Box(-250, -270, 500, 320)),
    "bell": Good(components.bell, COPPER, "light", Box(-270, -320, 540, 370), Box(-150, -270, 240, 180)),
    "lock-u": Good(luggage.u_lock, DARK_PLASTIC, "light", Box(-300, -215, 600, 450), flat=True),
    "lock-folding": Good(luggage.folding_lock, GRAPHITE, "light", Box(-310, -190, 620, 430), flat=True),
    "lock-chain": Good(luggage.chain_lock, PAINTS["PIN"].material, "light", Box(-330, -270, 660, 540), flat=True),
    "pannier": Good(luggage.pannier, PAINTS["PIN"].material, "carry", Box(-260, -440, 520, 490), Box(-150, -400, 260, 195)),
    "bag-handlebar": Good(luggage.handlebar_bag, PAINTS["SAG"].material, "carry", Box(-230, -220, 460, 270)),
    "bag-saddle": Good(luggage.saddle_bag, PAINTS["SLT"].material, "carry", Box(-290, -240, 580, 300)),
    "bag-frame": Good(luggage.frame_bag, PAINTS["OCH"].material, "carry", Box(-300, -300, 600, 360)),
    "bottle": Good(luggage.water_bottle, PAINTS["CHK"].material, "carry", Box(-260, -430, 520, 480)),
    "pump-floor": Good(components.floor_pump, PAINTS["PIN"].material, "workshop", Box(-330, -690, 660, 750), Box(-150, -250, 300, 225)),
    "pump-mini": Good(components.mini_pump, GRAPHITE, "workshop", Box(-330, -200, 660, 400), flat=True),
    "multitool": Good(components.multitool, PAINTS["PIN"].material, "workshop", OPEN, flat=True),
    "wheels-carbon": Good(components.carbon_wheels, CARBON, "parts", WHEELS, Box(-330, -470, 360, 270)),
    "wheels-alloy": Good(components.gravel_wheels, BLACK_ALLOY, "parts", WHEELS, Box(-330, -470, 360, 270)),
    "wheels-silver": Good(components.gravel_wheels, SILVER, "parts", WHEELS),
    "wheels-dynamo": Good(components.dynamo_wheels, SILVER, "parts", WHEELS, Box(10, -460, 360, 270)),
    "tyre-road": Good(components.road_tyre, RUBBER, "parts", ALONE, Box(-330, -700, 330, 247)),
    "tyre-gravel": Good(components.gravel_tyre, TAN, "parts", ALONE, Box(-330, -720, 330, 247)),
    "tyre-trail": Good(components.trail_tyre, RUBBER, "parts", ALONE, Box(-350, -750, 330, 247)),
    "saddle-sport": Good(components.sport_saddle, DARK_PLASTIC, "parts", Box(-190, -110, 380, 180), flat=True),
    "saddle-leather": Good(components.leather_saddle, LEATHER, "parts", Box(-190, -110, 380, 180), Box(-150, -80, 160, 120), flat=True),
    "saddle-comfort": Good(components.comfort_saddle, DARK_LEATHER, "parts", Box(-190, -110, 380, 180), flat=True),
    "crankset": Good(components.crankset, BLACK_ALLOY, "parts", Box(-190, -180, 440, 360), flat=True),
    "crankset-single": Good(components.single_crankset, BLACK_ALLOY, "parts", Box(-170, -160, 420, 320), flat=True),
    "cassette": Good(components.cassette, chains.COG, "parts", Box(-180, -150, 360, 300), flat=True),
    "chain": Good(components.chain, STEEL, "parts", Box(-260, -210, 520, 420), flat=True),
    "groupset": Good(components.groupset, BLACK_ALLOY, "parts", Box(-370, -220, 830, 420), Box(-310, -190, 300, 300), flat=True),
    "pedals": Good(components.pedals, GRAPHITE, "parts", Box(-310, -180, 620, 360), flat=True),
    "handlebar-drop": Good(components.drop_bar, PAINTS["SLT"].material, "parts", Box(-230, -150, 440, 300), flat=True),
    "rack-rear": Good(components.rear_rack, DARK_STEEL, "carry", Box(-320, -150, 720, 560), flat=True),
    "mudguards": Good(components.mudguards, satin("#25282b"), "parts", Box(-560, -330, 1120, 560), flat=True),
    "bib-shorts": Good(clothes.bib_shorts, PAINTS["SLT"].material, "wear", Box(-430, -400, 860, 800), flat=True),
    "socks": Good(clothes.socks, PAINTS["CHK"].material, "wear", Box(-400, -330, 800, 640), flat=True),
    "shoe": Good(clothes.shoe, PAINTS["CHK"].material, "wear", Box(-290, -300, 580, 360), Box(-170, -250, 260, 195)),
    "backpack": Good(tools.backpack, PAINTS["PIN"].material, "carry", Box(-260, -500, 520, 550), Box(-140, -440, 280, 210)),
    "bottle-cage": Good(tools.bottle_cage, BLACK_ALLOY, "carry", Box(-230, -340, 460, 390)),
    "stand": Good(tools.repair_stand, GRAPHITE, "workshop", Box(-360, -790, 760, 850), Box(-60, -780, 330, 247)),
    "wrench-torque": Good(tools.torque_wrench, PAINTS["PIN"].material, "workshop", Box(-350, -190, 700, 430), flat=True),
    "oil": Good(tools.oil_bottle, PAINTS["PIN"].material, "workshop", Box(-240, -360, 480, 410)),
    "grips": Good(tools.grips, RUBBER, "parts", Box(-310, -200, 620, 400), Box(-240, -110, 240, 180), flat=True),
    "inner-tube": Good(tools.inner_tube, RUBBER, "parts", Box(-350, -230, 700, 470), flat=True),
    "rotor": Good(components.rotor, STEEL, "parts", Box(-150, -120, 300, 240), flat=True),
    "basket": Good(components.basket, DARK_STEEL, "carry", Box(-230, -250, 460, 300)),
}
