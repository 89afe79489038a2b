# The words of this project. `make check` is what has to pass before a change is offered.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
IMAGE ?= devops-agent
IMAGE_OPTIONS ?=
SMALL_IMAGE ?= busybox:1.36
TRAINING ?= $(PYTHON)
PRECISION ?= q8_0
RESULTS ?=
DATA ?= trained/data
RUN ?= trained/run
SEEDS ?= 1 2
DATA_TOKENS ?= 40000000
TOKENS ?= 53200000
SHAPE ?= small
VOCABULARY ?= 4096
BATCH ?= 5120
PROCESSES ?= 2
THREADS ?= 1
TLDR ?=
VOCABULARY_TEXTS ?=
PLACE ?= devops_agent/models
MODEL_NAME ?= qwen3-devops-mini
EVAL_OPTIONS ?=
DATA_OPTIONS ?=
NEEDED := Python 3.10 or newer is needed, and $(PYTHON) is %d.%d; name another: make install PYTHON=python3.12
NEW_ENOUGH := import sys; sys.version_info < (3, 10) and sys.exit("$(NEEDED)" % sys.version_info[:2])
COMPILE := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.10 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet

.PHONY: install install-training run check test test-training bench eval eval-scale safety lint types docs transcripts model retrain wheel bundle try-install matrix lock clean binary image image-sbom

install: $(VENV)/installed

$(VENV)/installed: requirements-dev.lock pyproject.toml
	@$(PYTHON) -c '$(NEW_ENOUGH)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --config-settings editable_mode=compat --editable .
	touch $@

install-training: install
	$(BIN)/python -m pip install --quiet --extra-index-url https://download.pytorch.org/whl/cpu --requirement training/requirements.txt --requirement training/requirements-finetune.txt

run: install
	$(BIN)/devops-agent

test: install
	$(BIN)/python -m pytest

test-training: install
	$(BIN)/python -m pytest --override-ini 'addopts=-q --import-mode=importlib --strict-markers --timeout=120' tests/training

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install
	$(BIN)/mypy

docs: install
	$(BIN)/python docs/generate.py

check: lint types test-training test
	$(BIN)/python docs/generate.py --check

# `make transcripts` needs a Docker engine, a cluster (KUBECONFIG), and SMALL_IMAGE, an image with a shell, on both.
transcripts: install
	$(BIN)/python docs/transcripts.py --write --image $(SMALL_IMAGE)

bench: install
	$(BIN)/python -m benchmarks

# `make eval` scores the model that would answer here; `make eval-scale` what the ends of the scale mean.
eval: install
	$(BIN)/devops-agent eval --save evals/results/here.json

eval-scale: install
	$(BIN)/devops-agent eval --baseline oracle --anew --save evals/results/oracle.json
	$(BIN)/devops-agent eval --baseline null --anew --save evals/results/null.json

safety: install
	$(BIN)/python -m safety

# `make model RUN=folder TRAINING=python` puts a finished run into the package: exported, verified, with its card.
# TRAINING is a Python that has training/requirements.txt and the package's own requirements.
model:
	$(TRAINING) -m training release --run $(RUN) --precision $(PRECISION) --results $(wildcard $(RESULTS))

# `make retrain TRAINING=python` makes traces, learns from them, scores what came out, and puts it into the package.
# Said again after it was stopped, it goes on. docs/training.md says what a run needs and what the variables mean.
retrain:
	$(TRAINING) -m training data --out $(DATA) --tokens $(DATA_TOKENS) --seed $(SEEDS) $(if $(TLDR),--tldr $(TLDR)) $(DATA_OPTIONS)
	$(TRAINING) -m training train --data $(DATA) --run $(RUN) --shape $(SHAPE) --vocabulary $(VOCABULARY) --tokens $(TOKENS) \
		--batch-tokens $(BATCH) --processes $(PROCESSES) --threads $(THREADS) $(if $(VOCABULARY_TEXTS),--vocabulary-texts $(VOCABULARY_TEXTS))
	$(TRAINING) -m training export --run $(RUN) --precision $(PRECISION) --name $(MODEL_NAME) --out $(RUN)/$(MODEL_NAME).gguf
	$(TRAINING) -m devops_agent eval --model embedded:$(abspath $(RUN)/$(MODEL_NAME).gguf) --anew --save $(RUN)/embedded.json $(EVAL_OPTIONS)
	$(TRAINING) -m training release --run $(RUN) --precision $(PRECISION) --name $(MODEL_NAME) --place $(PLACE) --results $(RUN)/embedded.json

wheel: install
	rm -f dist/*.whl
	$(BIN)/python -m build --wheel --no-isolation

bundle: wheel
	$(BIN)/python packaging/bundle.py

try-install: install
	$(BIN)/python packaging/try_install.py

matrix: install
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python packaging/matrix.py

binary: install
	$(BIN)/python -m pip install --quiet --require-hashes --requirement packaging/binary/requirements.txt
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python packaging/binary/build.py

image:
	docker build --tag $(IMAGE) $(IMAGE_OPTIONS) .

image-sbom:
	$(PYTHON) packaging/image/bill.py $(IMAGE) > dist/image.sbom.json

lock:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --group dev --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
