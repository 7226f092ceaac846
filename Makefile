# `make` sets everything up in .venv and builds dist/standpoint; `make quick` tests what a
# developer changes all day, `make test` everything. tests/README.md says what runs where.

PYTHON ?= python3
BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)

.PHONY: build quick quick-tests test coverage test-server style lint bench clean

# As many processes as there are cores; one that is done takes tests over from another.
PYTEST := $(BIN)/python -m pytest -q -n auto --dist worksteal

build: .venv/.core
	$(BIN)/python build.py

# Types and tests at the same time: each waits for a disk or starts slowly.
quick: .venv/.test
	+@$(MAKE) --no-print-directory --output-sync -j 2 style quick-tests

quick-tests: .venv/.test
	$(PYTEST) -m 'not server and not slow'

test: .venv/.test lint
	$(PYTEST)

coverage: .venv/.test lint
	$(PYTEST) --cov

# A real Label Studio and a real browser; Chromium has to be there (Debian: chromium).
test-server: .venv-server/.made
	.venv-server/bin/python -m pytest -q -m server -W ignore::ResourceWarning tests/server

style: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lint: style
	$(BIN)/standpoint docs --check
	$(BIN)/standpoint datasheet --check

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python has no venv module: install it (on Debian: python3-venv)"; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.core: .venv/.made pyproject.toml constraints/core.txt
	@echo "setting up .venv: a minute, and 600 MB of disk"
	@$(BIN)/python -m pip install -q -c constraints/core.txt -e .
	@touch $@

.venv/.test: .venv/.core constraints/test.txt
	@echo "setting up the tools of the suite"
	@$(BIN)/python -m pip install -q -c constraints/test.txt -e '.[test]'
	@touch $@

.venv-server/.made: pyproject.toml constraints/browser.txt
	@echo "setting up .venv-server: a minute, and 1 GB of disk"
	@$(PYTHON) -m venv .venv-server
	@.venv-server/bin/python -m pip install -q -c constraints/browser.txt -e '.[browser]'
	@touch $@

# OLD=REVISION puts an earlier commit beside; half an hour with 1,000 documents.
bench: .venv/.test
	$(BIN)/python -m benchmarks.bench --write $(if $(OLD),--old $(OLD))

clean:
	rm -rf .venv .venv-server dist
