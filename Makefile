# Two commands are enough: `make run` and `make test`. `make help` lists the rest.
# Everything is installed inside the checkout: .venv/, node_modules/ and .work/ (all ignored by git).
# pip and npm are used as the machine has them set up: no address and no setting of theirs is given here.

PY ?= python3
BIND ?= 127.0.0.1:8000
WORKERS ?= 2
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
BUILD := outreach/static/build
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Node may come from the virtual environment, when the machine has none (see node_modules/.ok).
WITH_NODE := PATH="$(CURDIR)/$(BIN):$$PATH"
NODE_IS_NEW := node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)'
LOCK := $(BIN)/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: help run test check bench assets browser libical lock format clean

help: ## Say what each command does.
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: export DEMO := 1
run: export BIND := $(BIND)
run: $(VENV)/run.ok assets ## Serve the demo county on http://127.0.0.1:8000 (BIND=address:port changes it).
	@mkdir -p instance
	@$(BIN)/outreach db upgrade
	@$(BIN)/outreach demo --if-empty
	@echo
	@echo "  The demo county is at http://$(BIND)/ - open http://$(BIND)/demo to be any of its people by one click."
	@echo "  It is kept in instance/. Stop it with Ctrl+C; \`make clean\` forgets it."
	@echo
	@exec $(BIN)/outreach serve

test: $(VENV)/dev.ok assets browser libical ## Run every test (ARGS="-k name" chooses, WORKERS=0 runs them one by one).
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: $(VENV)/dev.ok ## Lint, types, layers, templates, and the migrations against the models.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint --quiet --lint templates
	@tmp=$$(mktemp -d) && trap 'rm -rf "$$tmp"' EXIT && export DEMO=1 DATABASE_URL="sqlite:///$$tmp/check.db" && \
	$(BIN)/outreach db upgrade && $(BIN)/outreach db check

bench: $(VENV)/dev.ok assets ## Run the benchmarks and the long forms of the race, kill and fuzz tests.
	@BENCH=1 $(BIN)/python -m pytest -n 0 --timeout 3600 tests/bench $(ARGS)

format: $(VENV)/dev.ok ## Put the Python into the house's format.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

assets: $(BUILD)/app.css ## Compile the style sheet and copy the component scripts.

browser: $(VENV)/dev.ok ## Find a Chromium for the browser tests, or fetch one.
	@$(BIN)/python -m tests.kit.browser

libical: $(VENV)/dev.ok ## Find libical for a test of the calendars, or fetch it.
	@$(BIN)/python -m tests.kit.libical

lock: $(VENV)/run.ok ## Write the lock files again from requirements*.in and package.json.
	@test -x $(BIN)/lock/bin/uv || { $(BIN)/python -m venv $(BIN)/lock && $(BIN)/lock/bin/python -m pip install --quiet uv==0.13.8; }
	$(LOCK) --output-file requirements.txt requirements.in
	$(LOCK) --constraint requirements.txt --output-file requirements-dev.txt requirements-dev.in
	$(LOCK) --output-file requirements-node.txt requirements-node.in
	$(WITH_NODE) npm install --package-lock-only --ignore-scripts --no-audit --no-fund

clean: ## Forget what was installed, built and tried; the demo county too.
	rm -rf $(VENV) node_modules .work $(BUILD) instance outreach.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/python:
	$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; PY=path names another one")'
	$(PY) -m venv $(VENV)

$(VENV)/run.ok: requirements.txt pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

# The packages of `make run` are in this lock too, at the same versions.
$(VENV)/dev.ok: requirements-dev.txt $(VENV)/run.ok
	$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

# The tools want Node 20; a machine without it gets one out of a wheel, into the virtual environment.
node_modules/.ok: package.json package-lock.json requirements-node.txt .npmrc | $(VENV)/run.ok
	@export $(WITH_NODE); { npm --version && $(NODE_IS_NEW); } >/dev/null 2>&1 || $(PIP) --require-hashes -r requirements-node.txt
	$(WITH_NODE) npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(BUILD)/app.css: $(wildcard assets/*.scss) package.json node_modules/.ok
	@mkdir -p $(BUILD)
	$(WITH_NODE) npm run --silent build
	@touch $@
