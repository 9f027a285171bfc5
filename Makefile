# Everything sets itself up: a `.venv` of its own, every dependency, the package.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# jlpm and node come from the environment, so that the system needs no Node.
export PATH := $(CURDIR)/$(BIN):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help setup demo lab test test-python test-frontend lint bench soak build clean

help:  ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

setup: $(READY)  ## Make the environment in .venv

$(READY): pyproject.toml labextension/package.json $(wildcard labextension/src/*.ts* labextension/src/*/*.ts* labextension/style/*)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	rm -rf omnidomain_jupyter/labextension
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: $(READY)  ## Run the main job on made-up reads, or on SHEET=/path/to/sheet.tsv
	@$(BIN)/python -m omnidomain_jupyter.demo $(if $(SHEET),"$(SHEET)")

# Jupyter asks to be told when it is run by root, as in a container.
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

lab: $(READY)  ## Open JupyterLab with the quickstart notebook (OPTIONS=--no-browser, …)
	$(BIN)/jupyter lab $(AS_ROOT) $(OPTIONS) notebooks/quickstart.ipynb

test: $(READY) lint test-frontend test-python  ## Lint, type-check and run every test

test-python: $(READY)  ## Run the Python and browser tests
	$(BIN)/python -m pytest

test-frontend: $(READY)  ## Run the front end's own tests
	cd labextension && jlpm test

lint: $(READY)  ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd labextension && jlpm lint:check

bench: $(READY)  ## Measure, side by side
	@for script in benchmarks/bench_*.py; do $(BIN)/python $$script || exit 1; done

soak: $(READY)  ## Run the long tests in full
	OMNIDOMAIN_SOAK=1 $(BIN)/python -m pytest -m soak

build: $(READY)  ## Build the sdist and the wheel
	$(BIN)/python -m build

clean:  ## Remove what was built
	rm -rf $(VENV) dist omnidomain_jupyter/labextension labextension/lib labextension/node_modules
