"""Pages of the demo's shops in words: a landing page for a tour, the shop's story, questions and answers, a post; in every
language a shop speaks."""

from dataclasses import dataclass

from app.demo.data.attributes import Texts, texts


@dataclass(frozen=True)
class Tour:
    """A landing page: its landscape, its words, the products it shows by hand and by rule."""

    landscape: str
    path: str
    title: Texts
    lead: Texts
    button: Texts
    heading: Texts
    text: Texts
    skus: tuple[str, ...]
    picks: Texts
    words: Texts
    alt: Texts


@dataclass(frozen=True)
class Post:
    """A post of the blog."""

    path: str
    title: Texts
    teaser: Texts
    text: Texts
    author: str


WATER = texts(
    "A gravel bicycle with bags on a hill above the river in the morning",
    "Ein Gravelrad mit Taschen auf einem Hügel über dem Fluss am Morgen",
    "清晨，一辆装着行李包的砾石车停在河边的小山上",
)
TOWN = texts(
    "A town bicycle at the edge of town, roofs behind it",
    "Ein Stadtrad am Ortsrand, dahinter Dächer",
    "城边停着一辆城市车，身后是屋顶",
)
EVENING = texts(
    "An electric bicycle in the evening light before the town",
    "Ein E-Bike im Abendlicht vor der Stadt",
    "暮色里，城前停着一辆电动自行车",
)

TOURS: dict[str, Tour] = {
    "veloria": Tour(
        "gravel",
        "river-tour",
        texts("Three days along the river", "Drei Tage am Fluss entlang", "沿河三日"),
        texts(
            "From the spring to the lake: 212 kilometres, two nights, one bag on each side.",
            "Von der Quelle bis zum See: 212 Kilometer, zwei Nächte, eine Tasche auf jeder Seite.",
            "从源头到湖边：212 公里，两夜，左右各一只包。",
        ),
        texts("See what carries you", "Was dich trägt", "看看适合的车"),
        texts("What you need, and what you do not", "Was du brauchst und was nicht", "该带的与不必带的"),
        texts(
            "The path follows the water, so there is **one climb** worth the name: the terraces above Niederau, 140 metres in "
            "four kilometres.\n\nTake\n\n- two bags that close against rain,\n- a light that lasts the evening,\n- a tool, a tube and "
            "the will to use neither.\n\nLeave at home what you took last time and did not unpack.",
            "Der Weg folgt dem Wasser, also gibt es **einen Anstieg**, der so heißen darf: die Terrassen über Niederau, 140 Meter auf "
            "vier Kilometern.\n\nNimm mit\n\n- zwei Taschen, die dem Regen standhalten,\n- ein Licht, das den Abend lang hält,\n- "
            "Werkzeug, einen Schlauch und den Willen, beides nicht zu brauchen.\n\nLass zu Hause, was du beim letzten Mal nicht "
            "ausgepackt hast.",
            "小路一直沿着河走，真正的爬坡**只有一段**：尼德劳上方的梯田，四公里升高 140 米。\n\n"
            "请带上\n\n- 两只防雨的包，\n- 一盏能亮整晚的灯，\n"
            "- 工具和一条内胎——但愿都用不上。\n\n上次带了却没打开的东西，这次就留在家里吧。",
        ),
        ("VEL-CURLEW", "VEL-WHIMBREL", "VEL-STORK", "VEL-HERON"),
        texts("Bags and racks", "Taschen und Träger", "包与货架"),
        texts("bag", "Tasche", "包"),
        WATER,
    ),
    "radhaus": Tour(
        "electric",
        "deichtour",
        texts("Along the dyke, with the wind", "Am Deich entlang, mit dem Wind", "顺风走堤坝"),
        texts(
            "Our Sunday round: 48 kilometres, flat as a plate, with fish rolls half way.",
            "Unsere Sonntagsrunde: 48 Kilometer, flach wie ein Teller, mit Fischbrötchen auf halber Strecke.",
            "我们的周日骑行：48 公里，一路平坦，半程有鱼肉面包。",
        ),
        texts("Choose a bicycle", "Rad aussuchen", "挑一辆车"),
        texts("How we ride", "So fahren wir", "我们怎么骑"),
        texts(
            "We meet at ten behind the station, every first Sunday of the month. **Nobody is left behind**, and whoever has the "
            "wind in the face may ride second.\n\nElectric or not does not matter to us. What matters: good tyres, a bell, and that "
            "the saddle fits. We look at both before we start.",
            "Wir treffen uns um zehn hinter dem Bahnhof, jeden ersten Sonntag im Monat. **Niemand bleibt zurück**, und wer den Wind "
            "im Gesicht hat, darf im Windschatten fahren.\n\nOb mit Motor oder ohne, ist uns gleich. Wichtig sind gute Reifen, eine "
            "Klingel und dass der Sattel passt. Beides sehen wir uns vorher an.",
            "每月第一个周日上午十点，在火车站后面集合。**不落下任何人**，顶风的人可以骑在后面。\n\n有没有电机都没关系。要紧的是好轮胎、车铃，"
            "还有合适的坐垫，出发前我们会看一看。",
        ),
        ("VEL-EGRET", "VEL-HERON", "VEL-WREN", "VEL-EIDER"),
        texts("Against rain and wind", "Gegen Regen und Wind", "挡风遮雨"),
        texts("jacket", "Jacke", "夹克"),
        EVENING,
    ),
    "harborcycles": Tour(
        "city",
        "harbor-loop",
        texts("The harbor loop", "Die Hafenrunde", "港湾环线"),
        texts(
            "Eleven miles from the landing to the lighthouse and back, coffee at both ends.",
            "Elf Meilen vom Anleger zum Leuchtturm und zurück, Kaffee an beiden Enden.",
            "从码头到灯塔再回来，十一英里，两头都有咖啡。",
        ),
        texts("Shop bikes", "Zu den Rädern", "选购自行车"),
        texts("Know before you go", "Gut zu wissen", "出发前须知"),
        texts(
            "The boardwalk is wet before nine: **wide tires help**. Past the boatyard the loop is gravel for two miles, then "
            "asphalt all the way.\n\nRentals leave from our bench on Water Street. Bring a lock; we bring the coffee.",
            "Vor neun ist der Bohlenweg nass: **breite Reifen helfen**. Hinter der Werft kommen zwei Meilen Schotter, danach nur noch "
            "Asphalt.\n\nLeihräder stehen an unserer Werkbank. Bring ein Schloss mit, wir bringen den Kaffee.",
            "九点之前木栈道是湿的：**宽胎更稳**。过了船厂有两英里砾石路，之后全是柏油。\n\n租车就在水街我们的工作台前出发。带上锁，咖啡我们请。",
        ),
        ("VEL-WREN", "VEL-CURLEW", "VEL-EIDER", "VEL-TERN"),
        texts("Locks and lights", "Schlösser und Licht", "车锁与车灯"),
        texts("lock", "Schloss", "锁"),
        TOWN,
    ),
}

STORY_PATH, QUESTIONS_PATH = "our-story", "questions"
STORY_TITLE = texts("Our story", "Unsere Geschichte", "我们的故事")
MORE_STORY = texts(
    "### What we promise\n\nEvery bicycle leaves the bench with its own number, checked by one person who signs for it. After "
    "300 kilometres it comes back once, free of charge. Spare parts are kept for fifteen years, and the drawings for good.\n\n"
    "> A bicycle that cannot be repaired is a bicycle that was not finished.",
    "### Was wir versprechen\n\nJedes Rad verlässt die Werkbank mit eigener Nummer, geprüft von einem Menschen, der dafür "
    "unterschreibt. Nach 300 Kilometern kommt es einmal zurück, kostenlos. Ersatzteile halten wir fünfzehn Jahre vor, die "
    "Zeichnungen für immer.\n\n> Ein Rad, das man nicht reparieren kann, ist ein Rad, das nicht fertig wurde.",
    "### 我们的承诺\n\n每辆车离开工作台时都有自己的编号，由一个人检查并签名。骑满 300 公里后免费回来检查一次。"
    "配件保留十五年，图纸永久保存。\n\n"
    "> 不能维修的自行车，就是没有造完的自行车。",
)
QUESTIONS_TITLE = texts("Questions and answers", "Fragen und Antworten", "常见问题")
QUESTIONS: tuple[tuple[Texts, Texts], ...] = (
    (
        texts("Which size fits me?", "Welche Größe passt mir?", "我该选多大的车架？"),
        texts(
            "Measure the inside of your leg in centimetres. Times **0.66** gives the frame height of a touring bicycle; between two "
            "sizes take the smaller one for sport and the larger one for travel.",
            "Miss die Schrittlänge in Zentimetern. Mal **0,66** ergibt die Rahmenhöhe eines Tourenrads; zwischen zwei Größen nimm "
            "sportlich die kleinere, für Reisen die größere.",
            "量一下大腿内侧长度（厘米），乘以 **0.66** 就是旅行车的车架高度。介于两个尺码之间时，运动选小，旅行选大。",
        ),
    ),
    (
        texts("When does my bicycle arrive?", "Wann kommt mein Rad?", "自行车什么时候到？"),
        texts(
            "What is in stock leaves within a day. The product page and the cart name the working days for your country; the "
            "confirmation mail has a link that shows where the order is.",
            "Was am Lager ist, geht binnen eines Tages raus. Produktseite und Warenkorb nennen die Werktage für dein Land; die "
            "Bestätigung enthält einen Link, der zeigt, wo die Bestellung ist.",
            "有现货的一天内发出。商品页和购物车会显示送达您所在国家所需的工作日；确认邮件里有链接，可查看订单进度。",
        ),
    ),
    (
        texts("Can I send it back?", "Kann ich es zurückgeben?", "可以退货吗？"),
        texts(
            "Yes, within 30 days, also after a ride around the block. Write to us by the form below and we send the label.",
            "Ja, innerhalb von 30 Tagen, auch nach einer Runde um den Block. Schreib uns über das Formular unten, wir schicken das "
            "Etikett.",
            "可以，30 天之内都行，骑过一小圈也没关系。用下面的表单写信给我们，我们会寄来退货标签。",
        ),
    ),
    (
        texts("Who repairs it?", "Wer repariert es?", "谁来维修？"),
        texts(
            "We do, and so can any good workshop: all threads, bearings and brakes are of common sizes. Spare parts stand on the page "
            "of each bicycle.",
            "Wir, und jede gute Werkstatt kann es auch: Gewinde, Lager und Bremsen haben gängige Maße. Ersatzteile stehen auf der "
            "Seite jedes Rads.",
            "我们来修，任何一家好的车行也都能修：螺纹、轴承和刹车都是通用规格。每辆车的页面上都列有配件。",
        ),
    ),
)
WRITE = texts("Write to us", "Schreib uns", "写信给我们")
WRITE_TEXT = texts(
    "Somebody who builds bicycles answers, usually within two working days.",
    "Es antwortet jemand, der Räder baut, meist binnen zwei Werktagen.",
    "造车的人亲自回信，通常两个工作日之内。",
)
POSTS: dict[str, Post] = {
    "veloria": Post(
        "the-eleventh-bicycle",
        texts("The eleventh bicycle", "Das elfte Rad", "第十一辆自行车"),
        texts(
            "It has delivered letters since 1987. Now it came back for new bearings.",
            "Seit 1987 trägt es Briefe aus. Jetzt kam es wegen neuer Lager zurück.",
            "它从 1987 年起就在送信，如今回来换轴承。",
        ),
        texts(
            "Our eleventh post bicycle rolled into the workshop last week, pushed by the third postwoman who rides it. **61,000 "
            "kilometres**, two chains a year, one new fork after an argument with a bus stop.\n\nWe pressed in new bearings and gave "
            "it back the same evening. The frame number is still legible. So is the signature.",
            "Unser elftes Postrad rollte letzte Woche in die Werkstatt, geschoben von der dritten Zustellerin, die es fährt. **61.000 "
            "Kilometer**, zwei Ketten im Jahr, eine neue Gabel nach einem Streit mit einer Bushaltestelle.\n\nWir haben neue Lager "
            "eingepresst und es am selben Abend zurückgegeben. Die Rahmennummer ist noch zu lesen. Die Unterschrift auch.",
            "上周，我们的第十一辆邮政自行车由它的第三任女邮递员推进了工坊。**六万一千公里**，每年两条链条，和公交站“吵架”之后换过一次前叉。\n\n"
            "我们压入新轴承，当晚就还了回去。车架号依然清晰，签名也是。",
        ),
        "Clara Wen",
    ),
}
