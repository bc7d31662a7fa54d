# Intendant. `make up` runs it, `make test` tests it; `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK_VENV := .venv-lock
TEST_WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help up console test check audit format accept bench lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: $(VENV)/.installed ## Start database, server, worker, console and the demo organisation
	@$(BIN)/python hatch_build.py --optional
	@exec $(BIN)/intendant up

console: $(VENV)/.installed ## Build the web console, unless what is built fits its sources
	@$(BIN)/python hatch_build.py

test: $(VENV)/.installed-dev ## Run all tests, those in a browser too
	@$(BIN)/python hatch_build.py --tests
	$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist worksteal

check: $(VENV)/.installed-dev ## Format, lint, types, import contracts, migrations, OpenAPI and its client in step, the console's unit tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/architecture tests/domains/lending/letters/test_letters_golden.py
	$(BIN)/python hatch_build.py --run check
	$(MAKE) --no-print-directory audit

audit: $(VENV)/.installed-dev ## Write the bill of materials (dist/) and ask for known weaknesses of what is locked
	$(BIN)/python tools/supply_chain.py sbom
	$(BIN)/python tools/supply_chain.py audit

format: $(VENV)/.installed-dev ## Format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/python hatch_build.py --run format

accept: $(VENV)/.installed-dev ## Rewrite golden files, the Python client and the console's; the diff is the review
	INTENDANT_TEST_ACCEPT=1 $(BIN)/python -m pytest -q tests/architecture tests/domains/lending/letters/test_letters_golden.py
	$(BIN)/python tools/generate_client.py
	$(BIN)/python hatch_build.py --run client

bench: $(VENV)/.installed-dev ## Measure what README and docs claim about speed
	$(BIN)/python -m benchmarks

lock: ## Choose the newest versions that pyproject.toml allows, in a clean environment
	rm -rf $(LOCK_VENV)
	$(PYTHON) -m venv $(LOCK_VENV)
	INTENDANT_CONSOLE=skip $(LOCK_VENV)/bin/pip install --quiet --disable-pip-version-check .
	$(LOCK_VENV)/bin/pip freeze --exclude intendant | LC_ALL=C sort -f > requirements.lock
	INTENDANT_CONSOLE=skip $(LOCK_VENV)/bin/pip install --quiet --disable-pip-version-check -c requirements.lock '.[dev,bench]'
	$(LOCK_VENV)/bin/pip freeze --exclude intendant | LC_ALL=C sort -f | grep -vxFf requirements.lock > requirements-dev.lock
	rm -rf $(LOCK_VENV)

clean: ## Remove the environment and what was built
	rm -rf $(VENV) $(LOCK_VENV) console/node_modules tests/browser/node_modules src/intendant/server/console

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	INTENDANT_CONSOLE=skip $(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	@touch $@
