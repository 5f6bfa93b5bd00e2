# The front door. Everything it needs is installed into this folder: .venv, .nox, .interpreters, target, dist.
.DEFAULT_GOAL := help
.PHONY: help setup interpreters demo test lint docs bench clean

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.10 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && { echo $$p; break; }; done)
NOX := .venv/bin/python -m nox

help: ## Show this text
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/ready ## Prepare .venv with nox, which runs everything else

# Some systems ship venv without ensurepip; then the system's own pip installs into the new environment.
.venv/ready:
	@test -n "$(PYTHON)" || { echo "no Python found; expected 3.10 or newer as python3; next: install one"; exit 1; }
	@command -v cargo >/dev/null || { echo "no cargo found; expected a Rust toolchain; next: install rustup"; exit 1; }
	@rm -rf .venv
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || $(PYTHON) -m venv --clear --without-pip .venv
	@if .venv/bin/python -m pip --version >/dev/null 2>&1; then .venv/bin/python -m pip install --quiet 'nox>=2025.5'; \
	else $(PYTHON) -m pip --python .venv/bin/python install --quiet 'nox>=2025.5'; fi
	@touch $@

interpreters: setup ## Fetch the CPython and PyPy versions to test on
	@$(NOX) -s interpreters

# Where nothing can be fetched, an interpreter that the machine has will do: the sessions say if there is none.
demo: setup ## See the library at work on a real package
	-@$(NOX) -s interpreters
	@$(NOX) -s demo

test: setup ## Lints, Rust tests, Python tests on every interpreter, and a summary
	@.venv/bin/python tools/test_all.py

lint: setup ## Formatting, lints, types
	-@$(NOX) -s interpreters
	@$(NOX) -s lint

docs: setup ## The documentation site, into target/site
	@$(NOX) -s docs

bench: setup ## Benchmarks, half an hour, into README and docs; make bench BENCH=--quick for minutes
	-@$(NOX) -s interpreters
	@$(NOX) -s bench -- $(BENCH)

clean: ## Remove all that was built or fetched
	rm -rf .venv .nox .interpreters .mypy_cache .ruff_cache .pytest_cache target tests/fixtures/target build dist
