# Galleria. `make` alone prints what there is.

ifndef PYTHON
PYTHON := $(shell .ci/python)
endif
BIN := .venv/bin
PORT ?= 8000
DATA_DIR ?= var
T ?=
M ?=
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check
# `make PORT=… DATA_DIR=…` and the environment variables of docs/operations.md go together
export GALLERIA_PORT ?= $(PORT)
export GALLERIA_DATA_DIR ?= $(DATA_DIR)
export PYTHON

PAGES := $(shell find kernel/web/static -name build -prune -o -type f -print) $(shell find kernel/web/templates storefront backoffice partner_portal -name '*.html' 2>/dev/null)
WORDS := $(wildcard app/locale/*/LC_MESSAGES/galleria.po)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo demo-adventureworks run test test-all check lint format types contracts docs bench migrate migration words lock pictures doctor clean
MAKEFLAGS += --no-print-directory

##@ Start
help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n\033[1m%s\033[0m\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-20s %s\n", $$1, $$2}' Makefile
	@echo
	@echo "  PORT=8000 and DATA_DIR=var may be given to all of them, T=tests/orders to test, M='what changes' to migration."

setup: .stamps/dev .stamps/pages .stamps/words .stamps/installed ## everything that working on Galleria needs; instant when done

demo: .stamps/run .stamps/pages .stamps/words .stamps/installed ## a running shop with the demo world; prints addresses and log-ins
	@exec $(BIN)/galleria demo

demo-adventureworks: .stamps/run .stamps/pages .stamps/words .stamps/installed ## the same with 504 imported products (needs ../shared/data)
	@exec $(BIN)/galleria demo --adventureworks ../shared/data

run: .stamps/run .stamps/pages .stamps/words .stamps/installed ## the shop with what the data folder holds; Ctrl-C stops it
	@exec $(BIN)/python -m app.supervisor

##@ Prove
test: setup chromium ## checks and tests; T=path runs only those tests
ifeq ($(T),)
	@$(MAKE) lint types contracts
	$(BIN)/pytest -n 2 --dist loadgroup -q -m "not slow"
else
	$(BIN)/pytest -q $(T)
endif

test-all: setup chromium ## checks and all tests, slow ones too
	@$(MAKE) lint types contracts
	$(BIN)/pytest -n 2 --dist loadgroup -q

check: lint types contracts ## what a program can say without running the shop: style, types, layers, architecture
	$(BIN)/pytest -q tests/architecture

lint: .stamps/dev ## ruff, rules and layout
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: .stamps/dev ## ruff, applied
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: .stamps/dev ## mypy, strict
	$(BIN)/mypy

contracts: .stamps/dev ## which package may import which
	$(BIN)/lint-imports

bench: setup ## what is measured, beside the limit in the same run
	$(BIN)/python -m bench

##@ Change
migrate: .stamps/run .stamps/installed ## bring the data folder's database up to date
	$(BIN)/galleria migrate

migration: .stamps/run .stamps/installed ## draft a migration from the models: M='what changes'
	$(BIN)/galleria migrate --draft "$(M)"

words: .stamps/dev ## find every text in the source, bring app/locale up to date, say what is not translated yet
	@$(BIN)/python -m app.words
	@$(MAKE) .stamps/words

pictures: .stamps/dev .stamps/pages ## take the screenshots of docs/pictures anew; `make demo` runs beside it
	$(BIN)/python -m tests.journeys.pictures

docs: .stamps/dev ## rewrite the generated parts of docs/
	$(BIN)/python -m app.documents

lock: .stamps/uv ## take newer libraries into the hash-locked files
	.venv-tools/bin/uv pip compile -U $(LOCKING) requirements.in -o requirements.txt
	.venv-tools/bin/uv pip compile -U $(LOCKING) -c requirements.txt requirements-dev.in -o requirements-dev.txt
	.venv-tools/bin/uv pip compile -U $(LOCKING) requirements-node.in -o requirements-node.txt
LOCKING := -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

##@ Look after
doctor: .stamps/run .stamps/installed ## what is there, what is missing, and the way out
	@$(BIN)/galleria doctor

clean: ## remove everything made but your data
	rm -rf .venv .venv-node .venv-tools .stamps node_modules kernel/web/static/build *.egg-info .mypy_cache .ruff_cache .import_linter_cache
	find app/locale -name '*.mo' -delete 2>/dev/null || true
	@echo "Your data is still in $(DATA_DIR)."

# Steps of set-up. A stamp is newer than what it was made from; a second run does nothing.
.PHONY: chromium
chromium:
	@.ci/needs chromium fonts-noto-cjk || { [ -z "$$CI" ] && echo "Tests in a browser will be skipped." >&2; }

.stamps/venv:
	@test -n "$(PYTHON)" || { echo "Galleria needs Python 3.11 or newer." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || .ci/needs python3-venv
	$(PYTHON) -m venv .venv
	@mkdir -p .stamps && touch $@

.stamps/run: requirements.txt | .stamps/venv
	$(PIP) --require-hashes --no-deps -r requirements.txt
	@touch $@

.stamps/dev: requirements-dev.txt .stamps/run | .stamps/venv
	$(PIP) --require-hashes --no-deps -r requirements-dev.txt
	@touch $@

.stamps/installed: pyproject.toml .stamps/run
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.stamps/npm: package-lock.json .npmrc
	@# not `npm ci`: it refuses the lock where the registry lacks packages for other systems; versions and hashes are held all the same
	.ci/npm install --silent --no-progress --no-save
	@mkdir -p .stamps && touch $@

.stamps/pages: .stamps/npm $(PAGES)
	.ci/npm run --silent build
	@touch $@

.stamps/words: .stamps/run $(WORDS)
	$(if $(WORDS),$(BIN)/pybabel -q compile -d app/locale -D galleria)
	@touch $@

.stamps/uv:
	$(PYTHON) -m venv .venv-tools
	.venv-tools/bin/python -m pip install -q --disable-pip-version-check 'uv>=0.9'
	@mkdir -p .stamps && touch $@
