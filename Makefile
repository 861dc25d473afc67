# Bare `make` lists the targets. Everything a target needs is installed by it, into .venv and the
# user's cache; as root on Debian also the few system packages named in packages.txt.

PYTHON ?= python3
# The apps also run under the exec driver, whose chroot holds the system's Python alone.
APP_PYTHON ?= $(firstword $(wildcard /usr/bin/python3) $(PYTHON))
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Nomad's client asks the cloud it may run in when it sees this, and refuses to start without an answer.
unexport AWS_CA_BUNDLE

.DEFAULT_GOAL := help
.PHONY: help setup apps programs demo demo-down check lint types unit golden test test-soak bench docs clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

setup: .venv/.ready ## install what is needed to work here

.venv/.ready: setup.cfg packages.txt
	@./install-packages
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@

apps: setup apps/jobboard/.venv/.ready ## install what the sample apps need to run without a container

apps/jobboard/.venv/.ready: apps/jobboard/requirements.txt apps/jobboard/app_a/requirements.txt apps/jobboard/app_b/requirements.txt
	$(APP_PYTHON) -m venv --clear apps/jobboard/.venv
	apps/jobboard/.venv/bin/pip install --quiet -r apps/jobboard/requirements.txt -r apps/jobboard/app_a/requirements.txt -r apps/jobboard/app_b/requirements.txt
	@touch $@

programs: setup ## fetch or build Nomad, Consul, Traefik and Envoy into the user's cache
	@$(BIN)/nomadeploy dev fetch

demo: apps ## the main job: cluster up, App A and App B released, shown to work
	@$(BIN)/nomadeploy dev up
	@$(BIN)/nomadeploy run dev --yes
	@$(BIN)/python apps/jobboard/demo.py

demo-down: ## take the demo's cluster down
	@$(BIN)/nomadeploy dev down

check: setup lint types unit ## format, lint, types, unit and golden tests: before every commit

lint:
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/ruff check --quiet .

types:
	@$(BIN)/mypy

unit:
	@$(BIN)/pytest -q -n 2 tests/unit tests/test_project_rules.py

golden: setup ## write the golden files anew where they differ
	@$(BIN)/pytest -q tests/unit --update-golden

test: apps programs ## the whole suite, real cluster included; what CI calls
	@$(MAKE) --no-print-directory lint types
	$(BIN)/pytest -q --durations=15

test-soak: apps ## repeats and long searches beyond `make test`
	$(BIN)/pytest -q --hypothesis-profile=soak -m "not cluster" tests/unit tests/contract

bench: apps programs ## compare with the floor and the rivals; writes docs/benchmarks.md
	$(BIN)/python bench/run.py

docs: setup ## make the generated pages anew
	$(BIN)/nomadeploy schema --docs > docs/configuration.md
	$(BIN)/nomadeploy graph dev --format svg --to docs/graph.svg

clean: ## remove what the targets installed in this folder
	rm -rf .venv apps/jobboard/.venv build dist *.egg-info
