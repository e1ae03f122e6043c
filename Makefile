# make demo and make test are all it takes; both install what they need into .venv.
VENV := .venv
BIN := $(VENV)/bin
INSTALL := sh scripts/install.sh $(VENV)
# Whatever the shell says: or each of the many processes that tests start compiles every module anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo setup test thorough schemathesis garak security soak lint format widget eval bench index models lock audit sbom clean

# `make demo PORT=8080` listens there; otherwise 7860, or the next free port.
demo: $(VENV)/.demo index
	$(BIN)/python app.py $(if $(PORT),--port "$(PORT)")

setup: $(VENV)/.setup

index: $(VENV)/.demo
	$(BIN)/askpolicy index

# The widget's `npm test` runs as one of the tests: tests/widget/test_package.py.
test: $(VENV)/.setup index
	@sh scripts/test_tools.sh
	$(BIN)/pytest --numprocesses 2 --dist loadfile

# All that `make test` runs, every page in every look and state, and what needs torch or several services; 90 % or more of
# the code has to be run by it.
thorough: $(VENV)/.setup index
	@sh scripts/test_tools.sh
	$(BIN)/pytest --numprocesses 2 --dist loadfile -m "not security and not soak" --cov --cov-report=term:skip-covered

# The large variants of tests/trust: kills, flipped bits, fuzzing, injections, overload. About half an hour.
security: $(VENV)/.security
	$(BIN)/pytest tests/trust -m "not soak"
	$(BIN)/python -m evals.injections

# Ten minutes and one hour of load; SOAK_SECONDS makes the hour shorter.
soak: $(VENV)/.setup
	$(BIN)/pytest tests/trust -m soak

# The probes of garak that need no network, through its REST generator; garak gets an environment of its own. About a
# quarter of an hour.
garak: $(VENV)/.setup index
	@[ -x .venv-garak/bin/garak ] || { $(BIN)/python -m venv .venv-garak && \
		.venv-garak/bin/pip install --quiet "$$(grep ^torch== constraints.txt)" "garak>=0.17.1"; }
	$(BIN)/python -m evals.garak .venv-garak/bin/garak

# The HTTP service against its own OpenAPI document, more than 2,000 cases.
schemathesis: $(VENV)/.setup
	SCHEMATHESIS_EXAMPLES=400 $(BIN)/pytest -s tests/api/test_schemathesis.py

lint: $(VENV)/.setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@sh scripts/widget.sh lint
	@# What GitHub reads, against its own schemas; no network.
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-forms \
		$(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))

format: $(VENV)/.setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	@sh scripts/widget.sh format

# Builds the script that is served and committed, bot/api/static/policy-chat.js, from widget/src.
widget:
	@sh scripts/widget.sh build

eval: $(VENV)/.setup
	$(BIN)/python -m evals run

bench: $(VENV)/.setup
	$(BIN)/python -m evals bench

# Rebuilds what bot/models holds, from the packaged models and the written corpus; about two hours on two cores.
models: $(VENV)/.setup
	sh scripts/models.sh

# What production installs, locked by sha256; what is known against it; and what it consists of (CycloneDX).
lock: $(VENV)/.setup $(VENV)/.audit
	sh scripts/lock.sh

audit: $(VENV)/.audit
	@sh scripts/audit.sh

sbom: $(VENV)/.audit
	@mkdir -p build
	$(BIN)/cyclonedx-py requirements requirements-serve.txt --output-reproducible --output-file build/sbom.cdx.json

clean:
	rm -rf $(VENV) .venv-garak .askpolicy results build dist widget/dist widget/node_modules

$(VENV)/bin/pip:
	sh scripts/make_venv.sh $(VENV)

# What serving and the demo need: no torch.
$(VENV)/.demo: pyproject.toml constraints.txt | $(VENV)/bin/pip
	@echo "Installing what the demo needs into $(VENV) …"
	$(INSTALL) demo
	@touch $@

# Everything: training, evaluation with peers, tests.
$(VENV)/.setup: pyproject.toml constraints.txt | $(VENV)/bin/pip
	@echo "Installing everything that tests, evaluation and training need into $(VENV) …"
	$(INSTALL) demo,build training evals dev
	@touch $@ $(VENV)/.demo

# The fuzzer.
$(VENV)/.security: $(VENV)/.setup
	$(INSTALL) '' security
	@touch $@

# The tools for the lock, its audit and its bill of materials.
$(VENV)/.audit: pyproject.toml constraints.txt | $(VENV)/bin/pip
	@echo "Installing what looks after the lock into $(VENV) …"
	$(INSTALL) '' audit
	@touch $@
