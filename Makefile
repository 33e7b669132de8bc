# make run: serve the dashboard on the invented force. make board: the partnership board's pages alone, on what is released.
# make test: every check and test. All set up what they need first.
#   make test ONLY=tests/metrics   a part of the tests        make test-long   what make test samples, whole
PYTHON ?= python3
BIN := .venv/bin
PARALLEL ?= 3
ONLY ?=

.PHONY: setup run board demo test run-tests test-long lint bench bench-signals screenshot clean

setup: .venv/.tests

.venv/.runs: requirements.txt
	@echo "Setting up .venv with what the dashboard needs (once, about half a minute) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; give one with make PYTHON=python3.11."; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

.venv/.tests: .venv/.runs requirements-dev.txt
	@echo "Adding what the tests and checks need (once, about half a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
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

clean:
	rm -rf .venv data .mypy_cache .ruff_cache
