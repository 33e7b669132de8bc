# make run: serve the dashboard on the invented force. make board: the partnership board's pages alone, on what is released.
# make test: every check and test. All set up what they need first.
#   make test ONLY=tests/metrics   a part of the tests        make test-long   what make test samples, whole
PYTHON ?= python3
BIN := .venv/bin
PARALLEL ?= 3
ONLY ?=
EVERY ?= 1
AGAIN ?=

INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement
# For every system and Python that may run it; wheels alone, as what is built from source fetches more that nobody has fixed.
LOCK := $(BIN)/uv pip compile --quiet --no-config --no-header --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --only-binary :all: --emit-build-options

.PHONY: setup run board demo test run-tests test-long lint bench bench-signals screenshot lock upgrade audit mutation clean

setup: .venv/.tests

.venv/.runs: requirements.lock
	@echo "Setting up .venv with what the dashboard needs (once, about half a minute) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; give one with make PYTHON=python3.11."; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(INSTALL) requirements.lock
	@touch $@

.venv/.tests: .venv/.runs requirements-dev.lock
	@echo "Adding what the tests and checks need (once, about half a minute) ..."
	@$(INSTALL) requirements-dev.lock
	@touch $@

.venv/.tools: .venv/.tests requirements-tools.lock
	@echo "Adding the tools for locks, audits and mutants (once, about ten seconds) ..."
	@$(INSTALL) requirements-tools.lock
	@touch $@

data/reporting.duckdb: | .venv/.runs
	@echo "Building the invented force (once, about fifteen seconds) ..."
	@$(BIN)/python -m demo
	@touch data/.facts

# What makes an event what it is may have changed since the facts were built.
data/.facts: $(wildcard queries/facts/*.py) | data/reporting.duckdb
	@$(BIN)/python -m ingest facts
	@touch $@

# What the board sees of the invented force; a release of a real one is published by a person.
data/releases.duckdb: | data/reporting.duckdb data/.facts
	@echo "Releasing rounded figures for the board (once, about ten seconds) ..."
	@$(BIN)/python -m release build
	@$(BIN)/python -m release publish --release 1 --why "The invented force, for everybody to look at"

run: data/reporting.duckdb data/.facts data/releases.duckdb .venv/.runs
	@echo "Serving the dashboard: open http://127.0.0.1:8501 (Ctrl-C stops it)."
	@$(BIN)/streamlit run app.py

# No address of a reporting database is needed, and none is opened.
board: .venv/.runs
	@echo "Serving the board's pages: open http://127.0.0.1:8501 (Ctrl-C stops it)."
	@AUDIENCE=board $(BIN)/streamlit run app.py

demo: .venv/.runs
	@$(BIN)/python -m demo

lint: setup
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy

# What reads the code and what runs it go side by side: mypy keeps one processor busy for half a minute where it has read nothing yet.
test: setup
	@$(MAKE) --no-print-directory --jobs 2 lint run-tests

run-tests: setup
	@$(BIN)/python tests/prepare.py
	@$(BIN)/pytest --numprocesses $(PARALLEL) $(ONLY)

test-long: lint
	@$(BIN)/python tests/prepare.py
	@$(BIN)/pytest --numprocesses $(PARALLEL) --long $(ONLY)

bench: setup
	@$(BIN)/python -m benchmarks.counting

bench-signals: setup
	@$(BIN)/python -m benchmarks.signals

screenshot: setup
	@$(BIN)/python tests/prepare.py
	@$(BIN)/python -m docs.screenshot

# The ranges are in requirements*.txt; what is installed is fixed by version and hash in requirements*.lock.
lock: .venv/.tools
	@$(LOCK) $(NEWER) --output-file requirements.lock requirements.txt
	@$(LOCK) $(NEWER) --constraints requirements.lock --output-file requirements-dev.lock requirements-dev.txt
	@$(LOCK) $(NEWER) --constraints requirements.lock --constraints requirements-dev.lock \
		--output-file requirements-tools.lock requirements-tools.txt

# The newest that the ranges allow.
upgrade:
	@$(MAKE) --no-print-directory lock NEWER=--upgrade

mutation: .venv/.tools
	@$(BIN)/python -m benchmarks.mutation $(PART) --every $(EVERY) $(AGAIN)

audit: .venv/.tools
	@$(BIN)/python -m deploy.audit

clean:
	rm -rf .venv data .mypy_cache .ruff_cache
