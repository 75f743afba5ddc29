# orgbucket: every target installs what it needs by itself.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

LOCAL := infra/local
FUNCTION := ./functions/provision-bucket
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

# One set of flags for everything, so that the function's packages are compiled once.
export CGO_ENABLED := 0
GO_BUILD := go build -trimpath
GO_TEST := go test -trimpath
# As Lambda needs it: static, without the RPC mode and symbols that nobody uses.
FUNCTION_FLAGS := -tags lambda.norpc -ldflags '-s -w'
# Lambda's architecture; GOARCH=amd64 make build for the other one.
LAMBDA_ARCH := $(or $(GOARCH),arm64)
unexport GOARCH

.PHONY: help build run up test race check fmt clean fuzz local

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*## /\t/' | while IFS=$$'\t' read -r name text; do printf '  make %-7s %s\n' "$$name" "$$text"; done

build: ## Build the function for Lambda: dist/provision-bucket/bootstrap
	@GOOS=linux GOARCH=$(LAMBDA_ARCH) $(GO_BUILD) $(FUNCTION_FLAGS) -o dist/provision-bucket/bootstrap $(FUNCTION)
	@echo "dist/provision-bucket/bootstrap: linux/$(LAMBDA_ARCH), $$(wc -c < dist/provision-bucket/bootstrap) bytes"

run: local ## Play the main job's scenario on local servers, with checks
	@dist/local/orgbucket-local run -bootstrap dist/local/bootstrap -node-modules $(LOCAL)/node_modules

up: local ## Start the local system and stay: endpoints, outcomes, Ctrl-C ends it
	@dist/local/orgbucket-local up -bootstrap dist/local/bootstrap -node-modules $(LOCAL)/node_modules

# The function for this machine, the local servers' program, and fauxqs.
local: $(LOCAL)/node_modules/.installed
	@echo "Building the function and the local servers (the first time about a minute, plus the download of their modules) …"
	@$(call compiling,$(GO_BUILD) -v $(FUNCTION_FLAGS) -o dist/local/bootstrap $(FUNCTION))
	@$(call compiling,go -C $(LOCAL) build -trimpath -v -o ../../dist/local/orgbucket-local .)

# Run a build that names each package (-v), and show how many it has compiled.
define compiling
$(1) 2>&1 | awk '/^(go: downloading|[a-z][a-zA-Z0-9._\/-]*$$)/ { n++; if (n % 60 == 0) { printf "  … %d modules and packages downloaded or compiled\n", n; fflush() } next } { print > "/dev/stderr" }'
endef

$(LOCAL)/node_modules/.installed: $(LOCAL)/package.json $(LOCAL)/package-lock.json
	@echo "Installing the local queue and topic server (npm) …"
	@npm ci --prefix $(LOCAL) --no-audit --no-fund --loglevel=error
	@touch $@

test: $(LOCAL)/node_modules/.installed ## Run every test of both modules
	@echo "Testing the function's module (compiles first; minutes on a new machine) …"
	@$(GO_TEST) ./...
	@echo "Testing the local system: real servers, the compiled function, the whole scenario …"
	@go -C $(LOCAL) test -trimpath ./...

race: $(LOCAL)/node_modules/.installed ## The same with the race detector (needs a C compiler)
	@CGO_ENABLED=1 go test -race ./...
	@CGO_ENABLED=1 go -C $(LOCAL) test -race ./...

check: ## Everything CI checks beside tests: format, vet, staticcheck, tidy modules
	@echo "gofmt …"; unformatted=$$(gofmt -l functions infra pkg $(wildcard cmd)); [ -z "$$unformatted" ] || { echo "not formatted (make fmt):"; echo "$$unformatted"; exit 1; }
	@for module in . $(LOCAL); do \
	  echo "$$module: tidy, vet, staticcheck (compiled on first use) …"; \
	  go -C $$module mod tidy -diff || { echo "go.mod of $$module isn't tidy: go -C $$module mod tidy"; exit 1; }; \
	  go -C $$module vet ./...; \
	  go -C $$module run $(STATICCHECK) ./...; \
	done
	@echo "check: all good"

fmt: ## Format the code
	@gofmt -w functions infra pkg $(wildcard cmd)

fuzz: ## Fuzz each target for FUZZTIME (30s)
	@for package in $$(grep -rl '^func Fuzz' --include=*_test.go functions infra pkg | xargs -n1 dirname | sort -u); do \
	  for target in $$(grep -rhoE '^func Fuzz[A-Za-z0-9]+' $$package/*_test.go | sed 's/func //'); do \
	    echo "$$package $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime $${FUZZTIME:-30s} ./$$package; \
	  done; \
	done

clean: ## Remove what was built and installed here
	@rm -rf dist cdk.out $(LOCAL)/node_modules
