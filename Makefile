# What one can do with MoNo. Needs Python 3.11 or newer and make; uses uv where it is there.

# Libraries are compiled once and not anew by every process of the tests.
export PYTHONDONTWRITEBYTECODE :=

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
N ?= 1000
BROWSER_WORKERS ?= 2

# An environment that was moved, or whose Python is gone, is made again.
ifneq ($(shell $(PY) -c "print(open('$(VENV)/.place').read().strip())" 2>/dev/null),$(CURDIR))
REMAKE := remake
endif

.DEFAULT_GOAL := help
.PHONY: help run demo setup test check bench translate lock remake test-browser

help:
	@echo "make run         set everything up and serve MoNo on http://127.0.0.1:8000"
	@echo "make demo        the same with the demonstration programme"
	@echo "make test        check, then the whole test suite (browsers too where a Chromium is found)"
	@echo "make check       style, types, import contracts, templates, translations"
	@echo "make bench       measure speed and memory (N=100000 for many entries)"
	@echo "make translate   bring the catalogues in mono_web/translations up to date"
	@echo "make setup       only make the development environment in $(VENV)"
	@echo "make lock        make the lock files again from pyproject.toml (needs uv)"
	@echo
	@echo "Another Python: make run PYTHON=python3.12      Another port: MONO_PORT=8001 make run"

run: $(VENV)/.runtime
	@$(BIN)/mono-web serve

demo: $(VENV)/.runtime
	@$(BIN)/mono-web demo

setup: $(VENV)/.development

# --- the environment ---------------------------------------------------------------------------------------

define find-python
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "MoNo needs Python 3.11 or newer, and there is no $(PYTHON) here."; \
	  echo "Install it, or name another one: make PYTHON=python3.12 ..."; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "MoNo needs Python 3.11 or newer; $(PYTHON) is $$("$(PYTHON)" -V 2>&1)."; \
	  echo "Install a newer one and name it: make PYTHON=python3.12 ..."; exit 1; }
	@[ -z "$(REMAKE)" ] || rm -rf $(VENV)
endef

# The packages exactly as locked, then the project itself without asking for anything more.
WITH_UV = { [ -x $(PY) ] || uv venv --quiet --python "$(PYTHON)" $(VENV); } \
  && uv pip install --quiet --python $(PY) --require-hashes -r $(1) \
  && uv pip install --quiet --python $(PY) --no-deps --no-build-isolation --editable .
PIP = $(PY) -m pip --disable-pip-version-check
WITH_PIP = { $(PIP) --version >/dev/null 2>&1 || "$(PYTHON)" -m venv $(VENV); } \
  && $(PIP) install --quiet --require-hashes -r $(1) \
  && $(PIP) install --quiet --no-deps --no-build-isolation --editable .

define install-lock
	$(find-python)
	@echo "Installing the packages of $(1) into $(VENV); the first time takes a minute ..."
	@if command -v uv >/dev/null; then \
	  { $(WITH_UV); } || { echo "uv could not; trying with pip ..."; $(WITH_PIP); }; \
	else \
	  [ -x $(PY) ] || "$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "This Python cannot make virtual environments: its venv module is missing."; \
	    echo "On Debian and Ubuntu: apt install python3-venv"; exit 1; }; \
	  $(WITH_PIP); \
	fi
	@echo "$(CURDIR)" > $(VENV)/.place
	@touch $@
endef

$(VENV)/.runtime: requirements.lock pyproject.toml $(REMAKE)
	$(call install-lock,requirements.lock)

$(VENV)/.development: requirements-dev.lock pyproject.toml $(REMAKE)
	$(call install-lock,requirements-dev.lock)
	@touch $(VENV)/.runtime

remake:

# --- quality -----------------------------------------------------------------------------------------------

check: $(VENV)/.development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint templates --lint --quiet
	$(PY) -m pytest -q tests/architecture/test_translations.py

test: check
	$(PY) -m pytest -n auto --dist loadfile -m "not browser"
	@$(MAKE) --no-print-directory test-browser

# MONO_BROWSER_REQUIRED=1 makes a missing Chromium a failure, as in .ci/run.
test-browser: $(VENV)/.development
	@chromium="$$MONO_CHROMIUM"; \
	for name in chromium chromium-browser google-chrome google-chrome-stable \
	    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do \
	  [ -n "$$chromium" ] || chromium=$$(command -v "$$name" || true); \
	done; \
	if [ -n "$$chromium" ]; then \
	  MONO_CHROMIUM="$$chromium" $(PY) -m pytest -n $(BROWSER_WORKERS) -m browser && \
	  echo && echo "Nothing was left out: the browser tests ran in $$chromium."; \
	else \
	  echo; \
	  echo "SKIPPED: the browser tests (marker \"browser\"), because no Chromium was found."; \
	  echo "Looked for MONO_CHROMIUM, chromium, chromium-browser and google-chrome in PATH."; \
	  [ -z "$$MONO_BROWSER_REQUIRED" ]; \
	fi

bench: $(VENV)/.development
	$(PY) -m tests.bench $(N)

translate: $(VENV)/.development
	$(PY) -m tests.architecture.catalogues

# --no-config: nothing of one machine's settings gets into the files.
LOCK = uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
  --no-annotate --no-header --no-emit-index-url pyproject.toml --extra build

lock:
	$(LOCK) -o requirements.lock
	$(LOCK) --extra dev -c requirements.lock -o requirements-dev.lock
