# make demo: everything from nothing to a running example. The rest is below.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
BIN := .venv/bin
TEMPLATES := $$(find templates -name '*.html')
MANAGE := DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 13

.venv/.installed: requirements.txt $(wildcard torc_cli/install.py)
	@ci/venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m torc_cli.install $(BIN)/torc
	@touch $@

.venv/.installed-dev: requirements-dev.txt .venv/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

setup: .venv/.installed ## make .venv with the pinned requirements and the torc command
dev: .venv/.installed-dev ## setup, and the tools that check and test

demo: setup ## run the bundled example and keep serving
	@exec ci/demo

run: setup ## start web, worker and broker until Ctrl-C
	@exec $(BIN)/torc up

check: dev ## format, lint, types, imports, templates, migrations
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djade --check --target-version 5.2 $(TEMPLATES)
	$(MANAGE) check --fail-level WARNING
	$(MANAGE) makemigrations --check --dry-run

test: dev ## all tests, on SQLite and on PostgreSQL
	@ci/system-packages
	$(BIN)/pytest -n 2 tests/unit tests/integration
	$(BIN)/python -m tests.servers $(BIN)/pytest -n 2 tests/integration
	$(BIN)/pytest tests/acceptance

bench: dev ## print the speed table
	@ci/system-packages
	$(BIN)/python -m bench

screenshots: dev ## write pictures of all pages to build/screenshots
	@ci/system-packages
	$(BIN)/python -m tests.screenshots

clean: ## remove what make has made
	rm -rf .venv .cache build

.PHONY: help setup dev demo run check test bench screenshots clean
