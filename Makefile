# Two commands to know: `make demo` and `make test`. ARGS=... hands arguments on.
# Everything a fresh machine needs is set up by tools/ready.py; nothing outside this folder is
# changed, except that `make test` installs a browser and fonts when it runs as root on Debian.

PYTHON ?= python3
PY := .venv/bin/python
export PYTHONUTF8 := 1
# without compiled modules each start of the program reads all its source again: five seconds instead of one
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo run test tests-alone check fmt proof audit wheel lock ready-run ready-dev clean

help:
	@echo 'make demo           the system with a demonstration federation   (ARGS="--port 8001")'
	@echo 'make run            the system with your own data                (ARGS="--port 8001")'
	@echo 'make test           checks and tests                             (ARGS="tests/house -k floors")'
	@echo 'make check          style, floors and types only'
	@echo 'make fmt            put the code into its form'
	@echo 'make proof          the tests at full size (long)'
	@echo 'make bench-rush     bench-signup, bench-roster, bench-rollup, bench-pages: measure against the floor'
	@echo 'make audit          known vulnerabilities of what is pinned (asks the public advisory service)'
	@echo 'make wheel          an installable package in dist/'
	@echo 'make lock           renew the pinned requirements'

ready-run:
	@$(PYTHON) tools/ready.py run

ready-dev:
	@$(PYTHON) tools/ready.py dev

demo: ready-run
	@$(PY) -m gongjia demo $(ARGS)

run: ready-run
	@$(PY) -m gongjia serve $(ARGS)

# side by side: the types are checked by one core while the tests are being collected
test: ready-dev
	@$(MAKE) --no-print-directory --jobs=2 check tests-alone

tests-alone: ready-dev
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not proof" $(ARGS)

proof: ready-dev
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m proof $(ARGS)

check: ready-dev
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --check --quiet .
	@$(PY) tools/check.py

fmt: ready-dev
	@$(PY) -m ruff check --quiet --fix --exit-zero .
	@$(PY) -m ruff format --quiet .

bench-%: ready-dev
	@$(PY) -m bench.$* $(ARGS)

audit: ready-dev
	@$(PY) -m pip_audit --strict --disable-pip --require-hashes -r requirements.txt -r requirements-dev.txt

wheel: ready-dev
	@$(PY) -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

lock: ready-dev
	@$(PY) tools/lock.py

clean:
	@rm -rf .venv build dist gongjia.egg-info .pytest_cache .ruff_cache .mypy_cache .import_linter_cache
