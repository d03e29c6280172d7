# Two commands need nothing but Python 3.11 or later, pip and make: `make book` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
NOTEBOOKS ?= $(wildcard book/*.ipynb)

.PHONY: help book check test test-processors margins lint execute order exercises ledger address clean

help:
	@echo "make book            build the book; the page to open is printed at the end"
	@echo "make test            check the code, build the book, run every test and every notebook"
	@echo "make check           check what differs from the last commit, most changes in less than 2 minutes"
	@echo "make test-processors run the chapters as older processors would (one: ONLY=avx2 or ONLY=sse4.1)"
	@echo "make margins         list the closest numeric assertions of the chapters"
	@echo "make execute         run the notebooks and store their outputs (one: NOTEBOOKS=book/…ipynb)"
	@echo "make order           write what follows from the order of the chapters in _toc.yml"
	@echo "make exercises       write the exercises of rnncourse/exercises into their chapters"
	@echo "make ledger          write the tables of the runs into the ledger's page"
	@echo "make address URL=…   set the web address of this repository everywhere"
	@echo "make clean           remove the environment and everything that was built"

# The stamp is newer than the three files, so a second run installs nothing.
$(INSTALLED): requirements.txt constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or later is \
	needed, but $(PYTHON) is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -r requirements.txt -e .
	@touch $@

# --all: a page is checked again although only a page that it refers to has changed.
book: $(INSTALLED)
	$(BIN)/jupyter-book build . --all -W -n --keep-going

lint: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/codespell

check: lint
	$(BIN)/python tools/check.py

# Both folders in one run of pytest: notebooks and tests share the two workers.
test: lint book
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --nbval --nbval-current-env \
		--nbval-sanitize-with tools/nbval-sanitize.cfg tests book

test-processors: $(INSTALLED)
	$(BIN)/python tools/processors.py $(if $(ONLY),--only $(ONLY)) $(NOTEBOOKS)

margins: $(INSTALLED)
	$(BIN)/python tools/margins.py $(NOTEBOOKS)

execute: $(INSTALLED)
	$(BIN)/python tools/execute_notebooks.py $(NOTEBOOKS)

order: $(INSTALLED)
	$(BIN)/python tools/write_order.py

exercises: $(INSTALLED)
	$(BIN)/python tools/write_exercises.py

ledger: $(INSTALLED)
	$(BIN)/python tools/write_ledger.py

address:
	@$(PYTHON) tools/set_address.py '$(URL)'

clean:
	rm -rf $(VENV) _build book/assets/vendor *.egg-info .pytest_cache .ruff_cache .hypothesis
