# Two commands: `make run` starts the studio, `make test` runs everything that proves it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

export GRADIO_ANALYTICS_ENABLED := False
export HF_HUB_DISABLE_TELEMETRY := 1
export ORT_DISABLE_TELEMETRY := 1

.PHONY: run test test-postgresql test-slow check format bench setup browser postgres clean

run: $(VENV)/.ready ## set up, fetch weights, start on http://127.0.0.1:$(PORT or 7860)
	@$(BIN)/python -m studio weights get --offline kokoro piper
	@exec $(BIN)/python app.py

# What asks the database for most; `make test-postgresql` runs everything there.
ON_POSTGRESQL_TOO := tests/listening tests/accounts/test_sessions_and_keys.py $(wildcard tests/takes/test_[bl]*.py) tests/takes/test_plan.py \
  tests/takes/test_two_studios.py tests/takes/test_removal.py tests/takes/test_restart.py \
  $(wildcard tests/studies/test_rating_*.py) tests/studies/test_drafts.py tests/studies/test_result_shut.py \
  tests/studies/test_result_bundle.py tests/studies/test_study_people.py tests/voices/test_service.py \
  tests/voices/test_enrolments.py tests/api/test_trials.py

test: check browser postgres ## set up (browser and PostgreSQL too), check the code, run the whole suite
	$(BIN)/python -m pytest -m "not slow" --numprocesses 2 --dist loadfile
	STUDIO_TEST_DATABASE=postgresql $(BIN)/python -m pytest -m "not slow" --numprocesses 2 --dist loadfile $(ON_POSTGRESQL_TOO)

test-postgresql: $(VENV)/.ready-dev browser postgres ## the whole suite on PostgreSQL
	STUDIO_TEST_DATABASE=postgresql $(BIN)/python -m pytest -m "not slow" --numprocesses 2 --dist loadfile

test-slow: $(VENV)/.ready-dev ## statistical suites that take long
	$(BIN)/python -m pytest -m slow

check: $(VENV)/.ready-dev ## format, lint, types, import directions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.ready-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.ready-dev ## the figures of docs/benchmarks.md
	$(BIN)/python -m benchmarks

setup: $(VENV)/.ready

# Debian ships python3 without venv's ensurepip; install that part where we may.
$(VENV)/bin/python:
	@echo "Setting up $(VENV) (some minutes the first time) …"
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 \
	  || { rm -rf $(VENV); apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null && $(PYTHON) -m venv $(VENV); } \
	  || { echo "Could not make a virtual environment: install python3-venv, then run make again." >&2; rm -rf $(VENV); exit 1; }
	@$(BIN)/python -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 13) else "Voice Studio needs Python 3.11 or 3.12; choose it with make PYTHON=python3.11")' \
	  || { rm -rf $(VENV); exit 1; }

$(VENV)/.ready: $(VENV)/bin/python requirements.txt requirements-nodeps.txt constraints.txt
	$(PIP) --requirement requirements.txt
	$(PIP) --no-deps --requirement requirements-nodeps.txt
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.txt
	$(PIP) --requirement requirements-dev.txt
	@touch $@

# libatomic1: the test driver's own Node.js needs it, and a bare Debian lacks it.
browser:
	@test -x /usr/bin/chromium && fc-list 2>/dev/null | grep -qi "noto.*cjk" && ldconfig -p | grep -q libatomic.so.1 \
	  || { echo "Installing Debian's chromium and a Korean font for the browser tests …"; \
	       apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fontconfig libatomic1 >/dev/null; }

# The server's programs are for the tests, which start one of their own; no cluster is made of it.
postgres:
	@ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null \
	  || { echo "Installing Debian's postgresql for the tests …"; \
	       mkdir -p /etc/postgresql-common && { test -e /etc/postgresql-common/createcluster.conf || echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf; }; \
	       apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null; }

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache screenshots
