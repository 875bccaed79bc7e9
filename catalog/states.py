"""Life cycles of the catalog: a product, and the sharing agreement between a brand and a partner.

A product's moves are made by whoever edits it (its state is a field of the product) or by the calendar (lifecycle.py). Publishing
shows what is new, ready or phased out.

`agreement.offer` is held by the brand's side, `agreement.accept` by the partner's; agreements.py sees to it that
each verb is used by its own side only.
"""

from kernel.states import LifeCycle, Move, State

BRAND = "agreement.offer"
PARTNER = "agreement.accept"

EDITOR = "catalog.edit"

PRODUCT = LifeCycle(
    "product",
    initial="draft",
    states=[
        State("draft", "Being prepared: no shop shows it."),
        State("new", "On sale and marked as new, until its day or until somebody calls it ready."),
        State("ready", "On sale."),
        State("phase_out", "Sold as long as some are left; its page names its successors."),
        State("end", "No longer sold; its address leads to its successor."),
    ],
    moves=[
        Move("launch", "draft", "new", EDITOR),
        Move("release", "draft", "ready", EDITOR),
        Move("sell_off", "draft", "phase_out", EDITOR),
        Move("drop", "draft", "end", EDITOR),
        Move("settle", "new", "ready", EDITOR),
        Move("phase_out", "new", "phase_out", EDITOR),
        Move("end", "new", "end", EDITOR),
        Move("withdraw", "new", "draft", EDITOR),
        Move("announce", "ready", "new", EDITOR),
        Move("phase_out", "ready", "phase_out", EDITOR),
        Move("end", "ready", "end", EDITOR),
        Move("withdraw", "ready", "draft", EDITOR),
        Move("resume", "phase_out", "ready", EDITOR),
        Move("end", "phase_out", "end", EDITOR),
        Move("withdraw", "phase_out", "draft", EDITOR),
        Move("bring_back", "end", "ready", EDITOR),
        Move("rework", "end", "draft", EDITOR),
    ],
)

AGREEMENT = LifeCycle(
    "agreement",
    initial="offered",
    states=[
        State("offered", "The brand has offered terms; the partner has not answered yet."),
        State("accepted", "The partner has accepted; selling starts on the day the agreement becomes valid."),
        State("active", "In force: the partner's shop sells what lies in the scope."),
        State("amended", "In force under the old terms; new terms of the brand wait for the partner's answer."),
        State("suspended", "Paused by the brand: nothing of it is sold until it is resumed."),
        State("refused", "The partner has declined the offer.", final=True),
        State("ended", "Over, by either side or because its time ran out; nothing of it is sold any more.", final=True),
        State("withdrawn", "Taken back by the brand; selling stopped at that moment, past orders stay whole.", final=True),
    ],
    moves=[
        Move("accept", "offered", "accepted", PARTNER, "AgreementMoved"),
        Move("refuse", "offered", "refused", PARTNER, "AgreementMoved"),
        Move("start", "accepted", "active", PARTNER, "AgreementMoved"),
        Move("amend", "offered", "offered", BRAND, "AgreementMoved"),
        Move("amend", "active", "amended", BRAND, "AgreementMoved"),
        Move("amend", "amended", "amended", BRAND, "AgreementMoved"),
        Move("accept", "amended", "active", PARTNER, "AgreementMoved"),
        Move("refuse", "amended", "active", PARTNER, "AgreementMoved"),
        Move("suspend", "active", "suspended", BRAND, "AgreementMoved"),
        Move("suspend", "amended", "suspended", BRAND, "AgreementMoved"),
        Move("resume", "suspended", "active", BRAND, "AgreementMoved"),
        Move("end", "accepted", "ended", BRAND, "AgreementMoved"),
        Move("end", "active", "ended", BRAND, "AgreementMoved"),
        Move("end", "amended", "ended", BRAND, "AgreementMoved"),
        Move("end", "suspended", "ended", BRAND, "AgreementMoved"),
        Move("leave", "accepted", "ended", PARTNER, "AgreementMoved"),
        Move("leave", "active", "ended", PARTNER, "AgreementMoved"),
        Move("leave", "amended", "ended", PARTNER, "AgreementMoved"),
        Move("leave", "suspended", "ended", PARTNER, "AgreementMoved"),
        Move("withdraw", "offered", "withdrawn", BRAND, "AgreementMoved"),
        Move("withdraw", "accepted", "withdrawn", BRAND, "AgreementMoved"),
        Move("withdraw", "active", "withdrawn", BRAND, "AgreementMoved"),
        Move("withdraw", "amended", "withdrawn", BRAND, "AgreementMoved"),
        Move("withdraw", "suspended", "withdrawn", BRAND, "AgreementMoved"),
    ],
)

IN_FORCE = ("active", "amended")
