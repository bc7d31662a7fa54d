# Intendant. `make up` runs it, `make test` tests it; `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TEST_WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help up test check format accept bench clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: $(VENV)/.installed ## Start database, server, worker and the demo organisation
	@exec $(BIN)/intendant up

test: $(VENV)/.installed-dev ## Run all tests
	$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist worksteal

check: $(VENV)/.installed-dev ## Format, lint, types, import contracts, migrations and OpenAPI in step
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/architecture

format: $(VENV)/.installed-dev ## Format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

accept: $(VENV)/.installed-dev ## Rewrite golden files; the diff is the review
	INTENDANT_TEST_ACCEPT=1 $(BIN)/python -m pytest -q tests/architecture

bench: $(VENV)/.installed-dev ## Measure what README and docs claim about speed
	$(BIN)/python -m benchmarks

clean: ## Remove the environment
	rm -rf $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	@touch $@
