# Everything a developer types; `make` alone says what there is.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup serve test browser keras check audit fix docs reference client wheel export openapi bench soak image clean

help:  ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.venv/bin/python:
	$(PYTHON) -m venv .venv

# A stamp for each set of packages: pip runs again only when pyproject.toml has changed.
.venv/.runtime: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

# Modern pip resolves torch and all else in one go; the CUDA wheels make this several gigabytes.
.venv/.dev: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[dev,export]'
	@touch $@ .venv/.runtime .venv/.docs

.venv/.docs: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[docs]'
	@touch $@ .venv/.runtime

# TensorFlow has a venv of its own, which only the tests of the Keras source need.
.venv-keras/.dev: pyproject.toml
	$(PYTHON) -m venv .venv-keras
	.venv-keras/bin/python -m pip install --quiet --editable '.[export-keras]' 'pytest>=8.3' 'hypothesis>=6'
	@touch $@

setup: .venv/.runtime  ## make .venv with what the service needs

serve: setup  ## start the service on PORT (8000)
	DENSIGHT_PORT=$(PORT) $(BIN)/densight serve

# Without one the tests of the playground are skipped, and say so.
browser:  ## install Debian's chromium where there is none; for the tests of the playground
	@command -v chromium > /dev/null || { apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; }

test: check  ## all tests, lint and types
	$(BIN)/python -m pytest

keras: .venv-keras/.dev  ## tests of the Keras source, with TensorFlow and without torch
	.venv-keras/bin/python -m pytest tests/keras

check: .venv/.dev  ## lint, format, types and import directions; edits nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Not part of `check`: it asks PyPI what is known today, which no commit decides. Strict, since a
# registry that knows of no vulnerabilities would otherwise pass for one that knows there are none.
audit: .venv/.dev  ## known vulnerabilities of what the service needs; asks PyPI
	@$(BIN)/pip-audit --strict --progress-spinner off . || { \
		echo 'make audit: a package above has a known vulnerability, or this registry can not tell' \
			'(PyPI itself answers https://pypi.org/pypi/NAME/VERSION/json)' >&2; exit 1; }

fix: .venv/.dev  ## what a tool can mend by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

reference: .venv/.dev  ## write the tables of docs/cli.md anew from the commands
	$(BIN)/python -m tests.app.cli.reference

client: .venv/.dev  ## generate the Python client's methods and documents from docs/openapi.json
	$(BIN)/python -m clients

wheel: .venv/.dev  ## the Python client as a distribution of its own, into dist/
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist clients/python

docs: .venv/.docs  ## the documentation as a site, in site/; begin at site/index.html
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

export: .venv/.dev  ## make the shipped models anew
	$(BIN)/python -m export run
	$(BIN)/python -m export readme

openapi: .venv/.dev  ## the API's description, with answers of the shipped models as its examples
	$(BIN)/python -m tests.recorded
	$(BIN)/densight openapi > docs/openapi.json

bench: .venv/.dev  ## the service beside the limit of this machine: load, start, memory
	$(BIN)/python -m benchmarks

soak: .venv/.dev  ## a minute of ten times too much, then half an hour of everything; memory must not grow
	$(BIN)/python -m benchmarks.overload
	$(BIN)/python -m benchmarks.soak

image:  ## build the container image
	docker build --tag densight .

clean:  ## remove what make made
	rm -rf .venv .venv-keras build dist site *.egg-info .pytest_cache .mypy_cache .ruff_cache
