# make help says what there is.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
FUZZ_SECONDS ?= 60
TEST_FLAGS ?=
ARGS ?=

bindir = $(DESTDIR)$(PREFIX)/bin
mandir = $(DESTDIR)$(PREFIX)/share/man/man1
bashdir = $(DESTDIR)$(PREFIX)/share/bash-completion/completions
zshdir = $(DESTDIR)$(PREFIX)/share/zsh/site-functions
fishdir = $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d

release = .build/release/rdbsift
staged = .build/staged
dist = .build/dist

# An installed program does not depend on a toolchain. On macOS the system brings the runtime.
ifeq ($(shell uname -s),Darwin)
static =
else
static = --static-swift-stdlib
endif

.DEFAULT_GOAL := help
.PHONY: help setup build demo test test-extended docs stage dist install uninstall lint format fuzz bench clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## Install the libraries that are missing (Debian, Ubuntu)
	@Scripts/setup.sh

build: setup ## Build the release binary
	$(SWIFT) build -c release --product rdbsift

demo: build ## Build, and try a preview and an export on a sample
	@Scripts/demo.sh $(release)

test: ## Run the tests
	@Scripts/setup.sh --servers
	@SWIFT=$(SWIFT) Scripts/test.sh $(TEST_FLAGS)

test-extended: ## Run every check there is: long tests, fuzzers, completions, packages (hours)
	Scripts/test-extended.sh

docs: setup ## Make the DocC archives of the libraries, in .build/docs (Linux)
	SWIFT=$(SWIFT) Scripts/docs.sh

stage: setup ## Build what install copies, for: make stage && sudo make install
	$(SWIFT) build -c release --product rdbsift $(static)
	@rm -rf $(staged) && mkdir -p $(staged)
	cp $(release) $(staged)/rdbsift
	strip $(staged)/rdbsift 2>/dev/null || true
	$(staged)/rdbsift --generate-completion-script bash > $(staged)/rdbsift.bash
	$(staged)/rdbsift --generate-completion-script zsh > $(staged)/_rdbsift
	$(staged)/rdbsift --generate-completion-script fish > $(staged)/rdbsift.fish
	$(SWIFT) package plugin generate-manual > /dev/null
	cp .build/plugins/GenerateManual/outputs/rdbsift/rdbsift.1 $(staged)/rdbsift.1

dist: stage ## Build a tarball and a Debian package for machines without Swift, in .build/dist
	@rm -rf $(dist)
	Scripts/dist.sh $(staged) $(dist)

install: ## Install the binary, completions and man page under PREFIX (/usr/local)
	@test -s $(staged)/rdbsift.1 && test -z "$$(find Sources Package.swift -newer $(staged)/rdbsift.1 2>/dev/null | head -n 1)" \
	  || $(MAKE) stage
	install -d $(bindir) $(mandir) $(bashdir) $(zshdir) $(fishdir)
	install -m 755 $(staged)/rdbsift $(bindir)/rdbsift
	install -m 644 $(staged)/rdbsift.1 $(mandir)/rdbsift.1
	install -m 644 $(staged)/rdbsift.bash $(bashdir)/rdbsift
	install -m 644 $(staged)/_rdbsift $(zshdir)/_rdbsift
	install -m 644 $(staged)/rdbsift.fish $(fishdir)/rdbsift.fish

uninstall: ## Remove what install has put under PREFIX
	rm -f $(bindir)/rdbsift $(mandir)/rdbsift.1 $(bashdir)/rdbsift $(zshdir)/_rdbsift $(fishdir)/rdbsift.fish

lint: ## Check the format and the rules of the house
	@Scripts/lint.sh

format: ## Format every Swift file
	@Scripts/lint.sh --fix

fuzz: setup ## Fuzz every target for FUZZ_SECONDS (60)
	Fuzz/run.sh $(FUZZ_SECONDS)

bench: build ## Run the benchmarks; ARGS='--quick' for a minute, ARGS=instructions, ARGS=growth
	$(SWIFT) build -c release --package-path Benchmarks
	Benchmarks/.build/release/bench $(ARGS)

clean: ## Remove everything that was built
	rm -rf .build Fuzz/.build Benchmarks/.build
