# `make demo` and `make test` do all the setup. They install Python packages into .venv. If a system package is missing,
# they name it before they install it.
VENV := .venv
BIN := $(VENV)/bin
INSTALL := sh scripts/install.sh $(VENV)
# Three processes, since many tests wait for a server or a browser. tests/support/order.py says which files start first.
SIDE_BY_SIDE := --numprocesses 3 --dist loadfile --no-loadscope-reorder
# Otherwise, each of the many processes that the tests start would compile every module again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo setup system-tools test thorough schemathesis garak security soak lint words format widget docs eval bench \
	index models lock audit sbom clean

# `make demo PORT=8080` sets the port. The default is 7860 or, if that is in use, the next free one.
demo: $(VENV)/.demo index
	$(BIN)/python app.py $(if $(PORT),--port "$(PORT)")

setup: $(VENV)/.setup

index: $(VENV)/.demo
	$(BIN)/askpolicy index

# Installs a browser, nginx, Node and other programs for the tests, from Debian or Ubuntu, as root or through sudo.
system-tools:
	@sh scripts/system_tools.sh

# If a program cannot be installed, the tests that need it are skipped. `.ci/run test` fails instead.
# tests/widget/test_package.py runs the widget's `npm test`.
test: $(VENV)/.setup index
	@sh scripts/system_tools.sh || true
	@sh scripts/widget_tools.sh
	$(BIN)/pytest $(SIDE_BY_SIDE)

# Everything in `make test`, plus every page in every theme and state, and tests that need torch or several services. They
# must run at least 90% of the code.
thorough: $(VENV)/.setup index
	@sh scripts/system_tools.sh || true
	@sh scripts/widget_tools.sh
	$(BIN)/pytest $(SIDE_BY_SIDE) -m "not security and not soak" --cov --cov-report=term:skip-covered

# The long tests in tests/trust: killed processes, flipped bits, fuzzing, injections, overload. About half an hour.
security: $(VENV)/.security
	$(BIN)/pytest tests/trust -m "not soak"
	$(BIN)/python -m evals safety injections

# Load for ten minutes and for one hour. SOAK_SECONDS shortens the hour.
soak: $(VENV)/.setup
	$(BIN)/pytest tests/trust -m soak

# Runs garak's probes that need no network. garak gets its own environment. About 15 minutes.
garak: $(VENV)/.setup index
	@[ -x .venv-garak/bin/garak ] || { $(BIN)/python -m venv .venv-garak && \
		.venv-garak/bin/pip install --quiet "$$(grep ^torch== constraints.txt)" "garak>=0.17.1"; }
	$(BIN)/python -m evals safety garak .venv-garak/bin/garak

# Checks the HTTP service against its own OpenAPI document, with more than 2,000 cases.
schemathesis: $(VENV)/.setup
	SCHEMATHESIS_EXAMPLES=400 $(BIN)/pytest -s tests/service/test_schemathesis.py

lint: $(VENV)/.setup words
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@sh scripts/widget.sh lint
	@# Check .github against GitHub's schemas, without a network.
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-forms \
		$(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))

# Checks spelling, and finds phrases that are not plain American English. A part of `make lint`.
words: $(VENV)/.setup
	$(BIN)/codespell
	$(BIN)/python scripts/plain_english.py

format: $(VENV)/.setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	@sh scripts/widget.sh format

# Builds bot/service/static/policy-chat.js, which is committed and served, from widget/src.
widget:
	@sh scripts/widget.sh build

# Builds the documentation site in build/site. A broken link fails.
docs: $(VENV)/.docs
	$(BIN)/zensical build --clean --strict

eval: $(VENV)/.setup
	$(BIN)/python -m evals run

bench: $(VENV)/.setup
	$(BIN)/python -m evals bench

# Rebuilds bot/models from the packaged models and the written corpus. About two hours on two cores.
models: $(VENV)/.setup
	sh scripts/models.sh

# `lock` pins what production installs, by sha256. `audit` looks for known vulnerabilities in it. `sbom` lists its parts
# (CycloneDX).
lock: $(VENV)/.setup $(VENV)/.audit $(VENV)/.docs
	sh scripts/lock.sh

audit: $(VENV)/.audit
	@sh scripts/audit.sh

sbom: $(VENV)/.audit
	@mkdir -p build
	$(BIN)/cyclonedx-py requirements requirements-serve.txt --output-reproducible --output-file build/sbom.cdx.json

clean:
	rm -rf $(VENV) .venv-garak .askpolicy .cache results build dist widget/dist widget/node_modules

$(VENV)/bin/pip:
	sh scripts/make_venv.sh $(VENV)

# Serving and the demo, without torch.
$(VENV)/.demo: pyproject.toml constraints.txt | $(VENV)/bin/pip
	@echo "Installing what the demo needs into $(VENV) …"
	$(INSTALL) demo
	@touch $@

# Everything for tests, evaluation with peers, and training.
$(VENV)/.setup: pyproject.toml constraints.txt | $(VENV)/bin/pip
	@echo "Installing everything that tests, evaluation and training need into $(VENV) …"
	$(INSTALL) demo,build,postgres,tracing training evals dev
	@touch $@ $(VENV)/.demo

# The fuzzer.
$(VENV)/.security: $(VENV)/.setup
	$(INSTALL) '' security
	@touch $@

# Tools for the lock, the audit and the bill of materials.
$(VENV)/.audit: pyproject.toml constraints.txt | $(VENV)/bin/pip
	@echo "Installing the tools for the lock and its audit into $(VENV) …"
	$(INSTALL) '' audit
	@touch $@

# The documentation site's generator.
$(VENV)/.docs: pyproject.toml constraints.txt | $(VENV)/bin/pip
	@echo "Installing what the documentation site needs into $(VENV) …"
	$(INSTALL) '' docs
	@touch $@
