# make demo and make test are all it takes; both install what they need into .venv.
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo setup test lint format eval bench index models clean

demo: $(VENV)/.demo index
	$(BIN)/python app.py

setup: $(VENV)/.setup

index: $(VENV)/.demo
	$(BIN)/askpolicy index

test: $(VENV)/.setup
	@sh scripts/browser.sh
	$(BIN)/pytest --cov --cov-report=term:skip-covered

lint: $(VENV)/.setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

eval: $(VENV)/.setup
	$(BIN)/python -m evals run

bench: $(VENV)/.setup
	$(BIN)/python -m evals bench

# Rebuilds what bot/models holds, from the packaged models and the written corpus; about two hours on two cores.
models: $(VENV)/.setup
	sh scripts/models.sh

clean:
	rm -rf $(VENV) .askpolicy results build dist

$(VENV)/bin/pip:
	sh scripts/make_venv.sh $(VENV)

# What serving and the demo need: no torch.
$(VENV)/.demo: pyproject.toml constraints.txt | $(VENV)/bin/pip
	@echo "Installing what the demo needs into $(VENV) …"
	$(PIP) --editable '.[demo]'
	@touch $@

# Everything: training, evaluation with peers, tests.
$(VENV)/.setup: pyproject.toml constraints.txt | $(VENV)/bin/pip
	@echo "Installing everything that tests, evaluation and training need into $(VENV) …"
	$(PIP) --editable '.[demo,build,evals,dev]'
	@touch $@ $(VENV)/.demo
