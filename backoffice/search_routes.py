"""The URL table of the desk's pages on search."""

from backoffice.pages import search_judging, search_rules
from catalog.searching.files import MOST_BYTES
from kernel.web.access import may
from kernel.web.routes import Entry, page

KEEP = may("search.manage")
FILE_BYTES = MOST_BYTES + 100_000

SEARCH: list[Entry] = [
    page("/desk/search", search_rules.show, access=KEEP, name="desk.search"),
    page("/desk/search/rules/new", search_rules.new, access=KEEP, name="desk.search.new"),
    page("/desk/search/rules", search_rules.make, method="POST", access=KEEP, form=search_rules.RuleForm, name="desk.search.make"),
    page("/desk/search/rules/{id}", search_rules.edit, access=KEEP, name="desk.search.rule"),
    page(
        "/desk/search/rules/{id}",
        search_rules.change,
        method="POST",
        access=KEEP,
        form=search_rules.RuleForm,
        name="desk.search.rule.change",
    ),
    page("/desk/search/rules/{id}/remove", search_rules.remove, method="POST", access=KEEP, name="desk.search.rule.remove"),
    page("/desk/search/rules.csv", search_rules.export, access=KEEP, name="desk.search.export"),
    page(
        "/desk/search/rules.csv",
        search_rules.upload,
        method="POST",
        access=KEEP,
        form=search_rules.FileForm,
        name="desk.search.upload",
        max_bytes=FILE_BYTES,
    ),
    page("/desk/search/asked", search_rules.asked, access=KEEP, name="desk.search.asked"),
    page("/desk/search/versions", search_rules.versions, access=KEEP, name="desk.search.versions"),
    page(
        "/desk/search/versions",
        search_rules.publish,
        method="POST",
        access=KEEP,
        form=search_rules.PublishForm,
        name="desk.search.publish",
    ),
    page("/desk/search/versions/back", search_rules.back, method="POST", access=KEEP, form=search_rules.BackForm, name="desk.search.back"),
    page(
        "/desk/search/draft/drop",
        search_rules.take_back,
        method="POST",
        access=KEEP,
        form=search_rules.FileForm,
        name="desk.search.take_back",
    ),
    page("/desk/search/relevance", search_judging.relevance, access=KEEP, name="desk.search.relevance"),
    page(
        "/desk/search/relevance/measure",
        search_judging.measure,
        method="POST",
        access=KEEP,
        form=search_judging.QueryForm,
        name="desk.search.measure",
    ),
    page("/desk/search/judge", search_judging.judge, access=KEEP, name="desk.search.judge"),
    page("/desk/search/judge", search_judging.save, method="POST", access=KEEP, form=search_judging.JudgeForm, name="desk.search.judged"),
    page(
        "/desk/search/judge/forget",
        search_judging.forget,
        method="POST",
        access=KEEP,
        form=search_judging.QueryForm,
        name="desk.search.forget",
    ),
    page("/desk/search/judgements.csv", search_judging.export, access=KEEP, name="desk.search.judgements.export"),
    page(
        "/desk/search/judgements.csv",
        search_judging.upload,
        method="POST",
        access=KEEP,
        form=search_rules.FileForm,
        name="desk.search.judgements.upload",
        max_bytes=FILE_BYTES,
    ),
]
