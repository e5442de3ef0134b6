# Everything a contributor types. On Windows see README.md, "Windows".
PYTHON ?= python3
BIN := .venv/bin
LOCK := requirements.lock

.PHONY: app test test-long setup bench lock screenshots clean

app: setup
	$(BIN)/lifecircle app

test: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 --dist loadfile -m "not browser and not long"
	$(BIN)/pytest -m "browser and not long"

# What takes minutes: the planner killed and reloaded again and again, hostile uploads the whole way through.
test-long: setup
	$(BIN)/pytest -m long --timeout 1800

bench: setup
	$(BIN)/python -m benchmarks

setup: .venv/.ready

.venv/.ready: $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Lifecircle needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Set PYTHON=python3.12, for example.") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	$(BIN)/python -m geo.core.warm
	@touch $@

# New pins with the hashes of their files, for all systems and Python versions at once, naming no package host.
lock: setup
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra helsinki --universal --no-emit-index-url --no-header --generate-hashes --upgrade -q -o $(LOCK)

# The pictures in the README, made by the browser tests.
screenshots: setup
	LIFECIRCLE_SCREENSHOTS=docs/images $(BIN)/pytest tests/ui/test_browser.py

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks
