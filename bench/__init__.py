"""What a page, an order, an import costs: measured on a real installation. `python -m bench [quick] [names]`

figures.py    one measured thing, its goal, the results file, the table in docs/performance.md
goods.py      files to import: equal products by the thousand, and the Icecat file
filling.py    child processes that fill an installation, with their time and memory
house.py      the installation under measurement: start, stop, CPU and memory of its processes
processes.py  its web processes: those of the product, and one constant page beside them
serving.py    its supervisor, with those processes
wrk.py        many requests for pages, by wrk
shoppers.py   people who buy and sign in: requests that build on each other
scenes.py     what is measured
publishing.py  what publishing costs, by the number of changes
search.py     the search engine by itself
icecat.py     the Icecat file as search documents
"""
