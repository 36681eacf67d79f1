# Each target only calls packaging/develop.py, which sets up what is missing first.
# Arguments go in ARGS: make run ARGS="file.toml"; make test ARGS="tests/engine -k backprop".

PYTHON ?= python3
ARGS ?=
DEVELOP = $(PYTHON) packaging/develop.py

.DEFAULT_GOAL := help
.PHONY: help run test test-exports stress check setup lock docs screenshots bench package package-test release clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1: \2/p' Makefile

run: ## start nnviz
	@$(DEVELOP) run $(ARGS)

test: ## run the tests
	@$(DEVELOP) test $(ARGS)

test-exports: ## run the tests that need scikit-learn, PyTorch and others, which it installs
	@$(DEVELOP) test-exports $(ARGS)

stress: ## try 20,000 random files and arguments and more
	@$(DEVELOP) stress $(ARGS)

check: ## run ruff, mypy and import-linter
	@$(DEVELOP) check

setup: ## install all that run, test and check need
	@$(DEVELOP) setup

lock: ## pin the requirements anew; ARGS=--upgrade moves to the newest releases
	@$(DEVELOP) lock $(ARGS)

screenshots: ## draw the pictures into build/screenshots
	@$(DEVELOP) screenshots $(ARGS)

docs: ## make the site of the pages in docs/, into build/docs/site
	@$(DEVELOP) docs $(ARGS)

bench: ## measure how fast nnviz is, beside scikit-learn and PyTorch, into build/bench.json
	@$(DEVELOP) bench $(ARGS)

package: ## build what a lecturer installs, into dist/: wheel, .deb, portable archive
	@$(DEVELOP) package $(ARGS)

package-test: ## build it, and try it in bare Debian systems
	@$(DEVELOP) package-test $(ARGS)

release: ## set VERSION=1.2.3, tag it, and build all with SHA-256 sums
	@$(DEVELOP) release $(VERSION)

clean: ## remove what was built and cached, not .venv
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
