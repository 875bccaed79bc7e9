"""A shop's own rules of search: drafted, checked, measured against judgements, published, undone; and what was asked for.

shapes.py       a rule as it is written down, kept and handed on
checking.py     what is wrong with a rule
compiling.py    rules as rows become rules that an engine follows
goods.py        products that rules and judgements name: by article number, and what the shop shows of them
drafts.py       the draft: add, change, remove, replace, take back
publishing.py   the draft in force at once, versions, and back to the one before
reading.py      the rules in force for a shop, and those of the draft
files.py        rules and judgements as CSV, out and in
tallies.py      what is asked for how often, counted without visitors
judging.py      what a product is worth to who asks for something
api.py          the same for machine clients
measuring.py    nDCG@10 of the rules in force and of the draft
"""
