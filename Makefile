# What people do here. `make help` lists it.

CARGO ?= cargo
PYTHON ?= python3
TARGET := $(or $(CARGO_TARGET_DIR),target)
LARDER := $(TARGET)/release/larder
QUICKSTART := $(TARGET)/quickstart

.DEFAULT_GOAL := help
.PHONY: help quickstart test test-workspace test-interop lint docs bench-materialize bench-read fuzz new-store

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / {printf "  make %-22s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

quickstart: ## Build larder with SQLite, make a sample repository, materialize it, read features
	$(CARGO) build --release --package larder-cli --no-default-features --features sqlite
	rm -rf $(QUICKSTART)
	$(LARDER) init $(QUICKSTART)
	$(LARDER) -c $(QUICKSTART) apply
	$(LARDER) -c $(QUICKSTART) materialize-incremental now
	$(LARDER) -c $(QUICKSTART) get-online-features \
		-e driver_id=1001 -e driver_id=1002 \
		-f driver_hourly_stats:conv_rate -f driver_hourly_stats:acc_rate -f driver_hourly_stats:avg_daily_trips
	@echo "The sample repository is in $(QUICKSTART), the program is $(LARDER)."

test: test-workspace test-interop ## Run every test: units, conformance of every store, interop with Feast

test-workspace:
	LARDER_REQUIRE=all $(CARGO) test --workspace

test-universal-%: ## Run the conformance suite on one store, e.g. test-universal-sqlite
	LARDER_REQUIRE=$* $(CARGO) test --package larder-store-$* --test conformance

test-interop: ## Prove that Feast 0.67 reads what larder writes and the other way round
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "test-interop needs Python 3.10 or newer with venv: apt-get install python3 python3-venv"; exit 1; }
	$(CARGO) build --workspace --all-targets # what `make test-workspace` builds, so that nothing is built twice
	$(PYTHON) conformance-tests/interop/run.py

lint: ## Check formatting, lints, dependencies, generated docs, house rules
	$(CARGO) fmt --all -- --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	$(CARGO) xtask tidy
	$(CARGO) xtask docs --check
	@if $(CARGO) deny --version >/dev/null 2>&1; then $(CARGO) deny check; \
		else echo "cargo-deny is not installed, so licences and advisories were not checked: cargo install --locked cargo-deny"; fi

docs: ## Write the generated parts of the docs, then the API docs
	$(CARGO) xtask docs
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps

bench-materialize: ## Compare materialization with Feast: speed and memory
	$(PYTHON) benches/run.py materialize

bench-read: ## Compare reads with Feast
	$(PYTHON) benches/run.py read

fuzz: ## Fuzz every reader of outside bytes: make fuzz SECONDS=20 (needs nightly Rust and cargo-fuzz)
	cd fuzz && for t in $$($(CARGO) +nightly fuzz list); do mkdir -p corpus/$$t && $(CARGO) +nightly fuzz run $$t corpus/$$t seeds/$$t -- \
		-max_total_time=$(or $(SECONDS),20) -max_len=16384 -timeout=10 -rss_limit_mb=1024 || exit 1; done

new-store: ## Start a store: make new-store NAME=valkey
	@test -n "$(NAME)" || { echo "say which: make new-store NAME=valkey"; exit 1; }
	$(CARGO) xtask new-store $(NAME)
