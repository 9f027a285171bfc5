# Everything sets itself up: a `.venv` of its own, what the target needs, the package.
# Another Python: `make demo PYTHON=python3.12`; once .venv is there, after `make clean`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# jlpm and node come from the environment, so that the system needs no Node.
export PATH := $(CURDIR)/$(BIN):$(PATH)

# What is installed, each in an instant when a bigger one is there already.
DEMO := $(VENV)/.ready-demo
LAB := $(VENV)/.ready-lab
DEV := $(VENV)/.ready-dev
BENCH := $(VENV)/.ready-bench

PACKAGE := pyproject.toml omnidomain_jupyter/_version.py $(wildcard jupyter-config/*.json)
# Without the notebooks, which change when they are looked at: a developer's `make` takes them too.
FRONT_END := $(filter-out labextension/src/__tests__/%,$(wildcard labextension/*.json \
	labextension/rspack.config.js labextension/yarn.lock \
	$(addprefix labextension/,schema/*.json scripts/*.* src/*.ts* src/*/*.ts* style/*.* style/*/*.*)))

.DEFAULT_GOAL := help
.PHONY: help setup demo lab test test-python test-frontend lint bench soak build clean

help:  ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

setup: $(DEV)  ## Make the environment of a developer in .venv

# A .venv that was only half made, has lost its Python or was copied from elsewhere is made again.
VENV_WORKS := $(shell grep -qsF "$(CURDIR)/$(BIN)/" $(BIN)/pip && $(BIN)/python -c \
	'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo yes)
ifneq ($(VENV_WORKS),yes)
.PHONY: $(BIN)/python
endif

OTHER := Name another: make $(or $(MAKECMDGOALS),demo) PYTHON=python3.12
NEW_ENOUGH := import sys; sys.version_info >= (3, 11) or sys.exit( \
	"OmniDomain needs Python 3.11 or newer, and $(PYTHON) is %d.%d. $(OTHER)" % sys.version_info[:2])

$(BIN)/python:
	@rm -rf $(VENV)
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here. $(OTHER)" >&2; exit 1; }
	@$(PYTHON) -c '$(NEW_ENOUGH)'
	$(PYTHON) -m venv $(VENV)

# Not all of it is compiled, which takes a third of the time: what is used is, when it is used.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --editable
# The front end is not built, which takes as long as all the rest; what is built stays.
INSTALL_PYTHON := mkdir -p omnidomain_jupyter/labextension && SKIP_JUPYTER_BUILDER=1 $(INSTALL)

$(DEMO): $(BIN)/python $(PACKAGE)
	@echo "Setting up $(VENV) for the demo, once: about a minute ..."
	$(INSTALL_PYTHON) .
	@touch $@

$(LAB): $(BIN)/python $(PACKAGE) $(FRONT_END)
	@echo "Setting up $(VENV) with JupyterLab, once: a minute or two ..."
	$(INSTALL) .
	@touch $(DEMO) $@

$(DEV): $(BIN)/python $(PACKAGE) $(FRONT_END) $(wildcard notebooks/*.ipynb)
	@echo "Setting up $(VENV) with everything for development, once: some minutes ..."
	$(INSTALL) '.[dev]'
	@touch $(DEMO) $(LAB) $@

$(BENCH): $(BIN)/python $(PACKAGE) $(FRONT_END)
	@echo "Setting up $(VENV) for the measurements, once: some minutes ..."
	$(INSTALL) '.[bench,test]'
	@touch $(DEMO) $(LAB) $@

# `exec`, so that whoever stops make stops the program and not a shell around it.
demo: $(DEMO)  ## Run the main job on made-up reads, or on SHEET=/path/to/sheet.tsv
	@exec $(BIN)/python -m omnidomain_jupyter.demo $(if $(SHEET),-- "$$SHEET")

# Jupyter asks to be told when it is run by root, as in a container.
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

# The notebook is the page that Jupyter starts with, so that the printed address leads to it too.
# Tabs are kept in .venv: those of another project's JupyterLab stay away. JupyterLab's question
# about news would lie over the panel.
NO_NEWS := {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}
lab: $(LAB)  ## Open JupyterLab with the quickstart notebook (OPTIONS=--no-browser, …)
	@mkdir -p $(VENV)/share/jupyter/lab/settings
	@echo '$(NO_NEWS)' > $(VENV)/share/jupyter/lab/settings/overrides.json
	@exec $(BIN)/jupyter lab $(AS_ROOT) --LabApp.default_url=/lab/tree/notebooks/quickstart.ipynb \
		--LabApp.workspaces_dir="$(CURDIR)/$(VENV)/workspaces" $(OPTIONS)

# What is told of two at a time stays apart, where this make can do that.
SYNC := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

test: $(DEV)  ## Lint, type-check and run the tests
	@$(MAKE) --no-print-directory --jobs=2 $(SYNC) lint test-frontend
	@$(MAKE) --no-print-directory test-python

# More than there are cores: tests of servers and browsers wait for much of their time.
test-python: $(DEV)  ## Run the Python and browser tests
	$(BIN)/python -m pytest --numprocesses=4 --dist=loadfile --no-loadscope-reorder

test-frontend: $(DEV)  ## Run the front end's own tests
	cd labextension && jlpm test

lint: $(DEV)  ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd labextension && jlpm lint:check

bench: $(BENCH)  ## Measure, side by side
	@failed=0; for script in benchmarks/bench_*.py; do $(BIN)/python $$script || failed=1; done; \
		exit $$failed

soak: $(DEV)  ## Run the long tests in full
	OMNIDOMAIN_SOAK=1 $(BIN)/python -m pytest -m "soak or long"

build: $(BIN)/python  ## Build the sdist and the wheel
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'build>=1.2'
	$(BIN)/python -m build

clean:  ## Remove what was set up, built or made by the demo (results of other runs stay)
	rm -rf $(VENV) build dist omnidomain-demo notebooks/omnidomain-demo test-results
	rm -rf omnidomain_jupyter/labextension $(addprefix labextension/,lib node_modules .yarn coverage)
	rm -rf labextension/*.tsbuildinfo labextension/.eslintcache labextension/.stylelintcache
	rm -rf .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	find . \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +
