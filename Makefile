# Every target sets itself up: a virtual environment in .venv, and this project in it.
# Needs git and Python 3.11 or newer; GNU make 3.81 will do.

PYTHON := .venv/bin/python
READY_TO_RUN := .venv/.ready-to-run
READY_TO_WORK := .venv/.ready-to-work

# An environment that was half made, moved or has lost its Python is set up again.
STALE := $(shell test "`cat $(READY_TO_RUN) $(READY_TO_WORK) 2>/dev/null | sort -u`" = "$(CURDIR)" \
	&& $(PYTHON) -c 'import pip' >/dev/null 2>&1 || rm -f $(READY_TO_RUN) $(READY_TO_WORK))

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PIP_ROOT_USER_ACTION := ignore

.NOTPARALLEL:
.PHONY: help demo test lint bench clean venv

help:
	@echo "make demo   a workspace with a year of history in demo/, and a guided run over it"
	@echo "make test   the tests"
	@echo "make lint   ruff and mypy"
	@echo "make bench  what the commands cost against floors of this machine; ARGS=--full for all of it"
	@echo "make clean  remove what the other targets made"

demo: $(READY_TO_RUN)
	@if [ -e demo ] && [ ! -e demo/.git/made-by-make-demo ]; then \
		echo "demo/ was not made by 'make demo' and will not be deleted: move it away" >&2; exit 1; fi
	@rm -rf demo
	@.venv/bin/pipe demo demo; status=$$?; \
		if [ -d demo/.git ]; then : > demo/.git/made-by-make-demo; else rm -rf demo; fi; exit $$status

test: $(READY_TO_WORK)
	@$(PYTHON) -m pytest -q -n auto $(ARGS) tests

lint: $(READY_TO_WORK)
	@$(PYTHON) -m ruff check --quiet .
	@$(PYTHON) -m ruff format --quiet --check .
	@$(PYTHON) -m mypy --strict --no-error-summary src tests bench

bench: $(READY_TO_RUN)
	@$(PYTHON) -m bench $(ARGS)

clean:
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find src tests bench -name __pycache__ -prune -exec rm -rf {} +
	@if [ -e demo/.git/made-by-make-demo ]; then rm -rf demo; fi

$(READY_TO_RUN): pyproject.toml
	@$(MAKE) --no-print-directory venv
	@said=`$(PYTHON) -m pip install --quiet --editable . 2>&1` || { echo "$$said" >&2; exit 1; }
	@echo "$(CURDIR)" > $@

$(READY_TO_WORK): pyproject.toml
	@$(MAKE) --no-print-directory venv
	@said=`$(PYTHON) -m pip install --quiet --editable '.[dev]' 2>&1` || { echo "$$said" >&2; exit 1; }
	@echo "$(CURDIR)" > $@

# The first Python of 3.11 or newer makes .venv, unless a working one is there. A name alone proves
# nothing: a launcher may stand for a version that is not installed.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
venv:
	@if $(PYTHON) -c 'import pip; $(NEW_ENOUGH)' >/dev/null 2>&1; then exit 0; fi; \
	for python in python3.13 python3.12 python3.11 python3; do \
		if $$python -c '$(NEW_ENOUGH)' >/dev/null 2>&1; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "Python 3.11 or newer was not found: install it, then run make again" >&2; exit 1; \
	fi; \
	if ! said=`$$found -m venv --clear .venv 2>&1`; then \
		echo "$$said" >&2; \
		echo "$$found could not make .venv; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; \
	fi
