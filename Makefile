# Two commands for a newcomer: `make demo` and `make test`. Everything else is for those who change tamesu.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Rooms whose array shapes are checked at run time, in tests only.
SHAPES := --jaxtyping-packages=tamesu.training,tamesu.backbones,tamesu.heads,tamesu.losses,tamesu.poolings,tamesu.constraints,tamesu.balances,tamesu.penalties,tamesu.samplers,beartype.beartype

# A container may forbid it, but the tests start many processes: compiling everything anew takes each of them a second.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test check slow bench format setup clean

demo: $(READY)
	$(BIN)/tamesu demo demo

test: $(READY)
	$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not slow and not gpu" $(SHAPES)

check: $(READY)
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

slow: $(READY)
	$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "slow and not gpu"

bench: $(READY)
	$(BIN)/python benchmarks/compute_limit.py

format: $(READY)
	$(BIN)/ruff format src tests benchmarks
	$(BIN)/ruff check --fix src tests benchmarks

setup: $(READY)

# CUDA builds of torch run on the CPU too; torchvision does not import beside the CPU-only build.
$(READY): pyproject.toml constraints.txt
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[dev]"
	touch $(READY)

clean:
	rm -rf demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
