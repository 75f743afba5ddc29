# orgbucket: every target installs what it needs by itself.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

LOCAL := infra/local
FUNCTION := ./functions/provision-bucket
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.3.0

# One set of flags for everything, so that the function's packages are compiled once.
export CGO_ENABLED := 0
GO_BUILD := go build -trimpath
# The release that is built: the last tag, so that the function changes with its code or
# with a release only. VERSION=v1.2.0 names another.
VERSION ?= $(or $(shell git describe --tags --abbrev=0 --match 'v*' 2>/dev/null),dev)
AS_RELEASE := -X github.com/fusionpos/orgbucket/pkg/version.release=$(VERSION)
GO_TEST := go test -trimpath
# As Lambda needs it: static, without the RPC mode, HTTP/2 and symbols, which nobody uses;
# without the commit, so that a deployment changes the function only if its code did.
FUNCTION_FLAGS := -tags lambda.norpc,nethttpomithttp2 -ldflags '-s -w $(AS_RELEASE)' -buildvcs=false
# The CDK command, from the lockfile. Its runtime otherwise fills the screen with the age of Node.
CDK := node_modules/.bin/cdk
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20
export CDK_DISABLE_CLI_TELEMETRY := true
# What is deployed: the function that the queue calls, and the one that audits.
FUNCTIONS := provision-bucket audit-buckets
OUT := dist
TOOL := dist/orgbucket
DEPLOYER := dist/deploy
ACCEPT := dist/accept/accept

.PHONY: help build builds tool release run up test race check prove mutants model bench fmt clean fuzz vuln local bootstrap synth diff deploy deployer destroy execute policy review rollback e2e-deploy stage accept accept-clean

help: ## List the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*## /\t/' | while IFS=$$'\t' read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

# GOARCH=amd64 make build for the other one of Lambda's architectures.
build: ## Build the functions for Lambda: dist/provision-bucket/bootstrap, dist/audit-buckets/bootstrap
	@for name in $(FUNCTIONS); do \
	  GOOS=linux GOARCH=$${GOARCH:-arm64} $(GO_BUILD) $(FUNCTION_FLAGS) -o $(OUT)/$$name/bootstrap ./functions/$$name; \
	  echo "$(OUT)/$$name/bootstrap: linux/$${GOARCH:-arm64}, $$(wc -c < $(OUT)/$$name/bootstrap) bytes"; \
	done

builds: build # for both architectures; a stage takes its own
	@for name in $(FUNCTIONS); do GOOS=linux GOARCH=amd64 $(GO_BUILD) $(FUNCTION_FLAGS) -o $(OUT)/$$name-x86_64/bootstrap ./functions/$$name; done

tool: ## Build the operators' tool for this machine: dist/orgbucket
	@$(call compiling,$(GO_BUILD) -v -ldflags '-s -w $(AS_RELEASE)' -o $(TOOL) ./cmd/orgbucket)
	@echo "$(TOOL): $$(wc -c < $(TOOL)) bytes; $(TOOL) --help explains"

release: ## Archive the operators' tool for linux, darwin and windows, with checksums and licences; VERSION=v1.2.0
	@go run -trimpath ./infra/release -version '$(VERSION)' -o dist/release
	@echo "dist/release/SHA256SUMS: sha256sum -c checks them"

run: local ## Play the main job step by step on local servers, with checks
	@dist/local/orgbucket-local run -bootstrap dist/local/bootstrap -audit dist/local/audit/bootstrap -tool $(TOOL) -node-modules $(LOCAL)/node_modules

up: local ## Start the local system and stay: endpoints, outcomes, Ctrl-C ends it
	@dist/local/orgbucket-local up -bootstrap dist/local/bootstrap -node-modules $(LOCAL)/node_modules

# The functions for this machine, the operators' tool, the local servers' program, and fauxqs.
local: $(LOCAL)/node_modules/.installed
	@echo "Building the functions, the operators' tool and the local servers (the first time about a minute, plus the download of their modules) …"
	@$(call compiling,$(GO_BUILD) -v $(FUNCTION_FLAGS) -o dist/local/bootstrap $(FUNCTION))
	@$(call compiling,$(GO_BUILD) -v $(FUNCTION_FLAGS) -o dist/local/audit/bootstrap ./functions/audit-buckets)
	@$(call compiling,$(GO_BUILD) -v -ldflags '-s -w $(AS_RELEASE)' -o $(TOOL) ./cmd/orgbucket)
	@$(call compiling,go -C $(LOCAL) build -trimpath -v -o ../../dist/local/orgbucket-local .)

# Run a build that names each package (-v), and show how many it has compiled.
define compiling
$(1) 2>&1 | awk '/^(go: downloading|[a-z][a-zA-Z0-9._\/-]*$$)/ { n++; if (n % 60 == 0) { printf "  … %d modules and packages downloaded or compiled\n", n; fflush() } next } { print > "/dev/stderr" }'
endef

$(LOCAL)/node_modules/.installed: $(LOCAL)/package.json $(LOCAL)/package-lock.json
	@echo "Installing the local queue and topic server (npm) …"
	@npm ci --prefix $(LOCAL) --no-audit --no-fund --loglevel=error
	@touch $@

# The CDK command, the policy engine of the role's tests, and the tools that the contracts are held to.
node_modules/.installed: package.json package-lock.json
	@echo "Installing the CDK command and tools of the tests (npm, 110 MB) …"
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# Both modules at once. The local system mostly waits (for redeliveries, rates, timeouts),
# the longest package first; the function's module computes, and yields to it (nice), so
# that a delivery there takes no longer than by itself.
test: node_modules/.installed $(LOCAL)/node_modules/.installed ## Run every test of both modules; ARGS=-count=1 runs what passed before, too
	@echo "Testing the function's module, and beside it the local system: real servers, the compiled function, the whole story …"
	@mkdir -p $(OUT); code=0; \
	go -C $(LOCAL) test -trimpath -p 3 $(ARGS) ./proof ./story ./accept ./... > $(OUT)/test-local.txt 2>&1 & beside=$$!; \
	trap 'kill -INT $$beside; wait $$beside; exit 130' INT TERM; \
	nice -n 10 $(GO_TEST) $(ARGS) ./... || code=$$?; \
	wait $$beside || code=$$?; \
	echo "The local system:"; cat $(OUT)/test-local.txt; \
	[ $$code = 0 ] || { echo "make test: a test failed: see FAIL above"; exit $$code; }

race: $(LOCAL)/node_modules/.installed ## The same with the race detector (needs a C compiler)
	@CGO_ENABLED=1 go test -race $$(go list ./... | grep -v '/infra$$') # CDK's runtime is one process, not for concurrency
	@CGO_ENABLED=1 go -C $(LOCAL) test -race ./...

check: ## Everything CI checks beside tests: format, vet, staticcheck, tidy modules
	@echo "gofmt …"; unformatted=$$(gofmt -l cmd docs functions infra pkg); [ -z "$$unformatted" ] || { echo "not formatted (make fmt):"; echo "$$unformatted"; exit 1; }
	@for module in . $(LOCAL); do \
	  echo "$$module: tidy, vet, staticcheck (compiled on first use) …"; \
	  go -C $$module mod tidy -diff || { echo "go.mod of $$module isn't tidy: go -C $$module mod tidy"; exit 1; }; \
	  go -C $$module vet ./...; \
	  go -C $$module run $(STATICCHECK) ./...; \
	done
	@echo "check: all good"

# For this machine and for Lambda's. The contestants' flags stay as they are, so that the function is held to the same ones, whatever its own become.
bench: ## Measure the function beside the fewest calls possible and the plain way; QUICK=1, CASE=regexp
	@echo "Building the benchmark and its contestants …"
	@for arch in "" arm64; do \
	  to=$(CURDIR)/dist/bench/$${arch:-host}; \
	  GOARCH=$$arch $(GO_BUILD) $(FUNCTION_FLAGS) -o $$to/function/bootstrap $(FUNCTION); \
	  for name in floor sequential; do \
	    GOARCH=$$arch go -C $(LOCAL) build -trimpath -tags lambda.norpc -ldflags '-s -w' -o $$to/$$name/bootstrap ./bench/contestants/$$name; \
	  done; \
	done
	@go -C $(LOCAL) build -trimpath -o ../../dist/local/bench ./bench
	@dist/local/bench $(if $(QUICK),-quick) $(if $(CASE),-case '$(CASE)')

fmt: ## Format the code
	@gofmt -w cmd docs functions infra pkg

# Its database is on the net. Where that isn't reachable nothing was checked: said
# loudly, and an error with REQUIRED=1. VULNDB is the URL of a copy (file:///…).
vuln: ## Look for known vulnerabilities in what both modules call (needs vuln.go.dev)
	@GOBIN=$(CURDIR)/dist/tools go install $(GOVULNCHECK)
	@for module in . $(LOCAL); do \
	  code=0; said=$$(dist/tools/govulncheck $(if $(VULNDB),-db $(VULNDB)) -C $$module ./... 2>&1) || code=$$?; \
	  printf '%s: %s\n' "$$module" "$$said"; \
	  case "$$said" in *"fetching vulnerabilities"*) \
	    printf '\n*** NOT CHECKED: the vulnerability database is out of reach, so nothing is known of known vulnerabilities.\n*** Run make vuln where https://vuln.go.dev can be reached, or with VULNDB=URL of a copy.\n\n'; \
	    exit $(or $(REQUIRED),0);; \
	  esac; \
	  [ $$code = 0 ] || exit $$code; \
	done

prove: $(LOCAL)/node_modules/.installed ## Break every call in every way, try thousands of orders, catch every mutant (minutes): docs/proof.md
	@echo "Breaking every call of every path; a violation ends this with an error …"
	@$(GO_TEST) -c -o dist/prove.test ./pkg/proof
	@cd pkg/proof && ../../dist/prove.test -test.timeout 3h -full -mutants
	@echo "The same against real servers and the compiled function, its process killed …"
	@go -C $(LOCAL) test -trimpath -count=1 -v -timeout 1h ./proof -every 5 -mutants
	@echo "The operators' tool with 10,000 dead letters, and killed forty times …"
	@go -C $(LOCAL) test -trimpath -count=1 -v -timeout 1h ./operator -run 'TestManyDeadLetters|TestAToolThatIsKilled' -letters 10000 -kills 10

# PACKAGES="org policy" takes these of pkg only, EVERY=10 every tenth generated one.
mutants: ## Compile deliberate bugs, ours and generated ones, and see which are caught (an hour)
	@$(GO_TEST) -c -o dist/prove.test ./pkg/proof
	@cd pkg/proof && ../../dist/prove.test -test.timeout 1h -test.run Mutant -mutants
	@go run -trimpath ./pkg/proof/mutagen $(if $(PACKAGES),-packages '$(PACKAGES)') -every $(or $(EVERY),1)

# DELIVERIES=3 takes minutes and gigabytes, and DEPTH=10000000 or more.
model: ## Search every state of the model of the claim, and catch its mutants (needs spin and gcc)
	@if command -v spin > /dev/null && command -v gcc > /dev/null; then \
	  pkg/proof/model/check.sh $(or $(DELIVERIES),2) $(DEPTH); \
	else \
	  printf '\n*** NOT CHECKED: the model of the claim, since spin or gcc is missing.\n*** apt-get install spin gcc, then make model.\n\n'; \
	  exit $(or $(REQUIRED),0); \
	fi

fuzz: ## Fuzz each target for FUZZTIME (30s)
	@for package in $$(grep -rl '^func Fuzz' --include=*_test.go cmd functions infra pkg | xargs -n1 dirname | sort -u); do \
	  for target in $$(grep -rhoE '^func Fuzz[A-Za-z0-9]+' $$package/*_test.go | sed 's/func //'); do \
	    echo "$$package $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime $${FUZZTIME:-30s} ./$$package; \
	  done; \
	done

bootstrap: stage builds deployer ## Prepare the account of STAGE for CDK, once; BOOTSTRAP="more options", SHARED=1
	@SHARED=$(SHARED) $(DEPLOYER) bootstrap $(STAGE) $(BOOTSTRAP)

policy: stage ## Write the policy that CloudFormation can run with, for STAGE's account: dist/policy-STAGE.json
	@$(GO_BUILD) -ldflags '-s -w' -o $(DEPLOYER) ./infra/deploy
	@policy=$$($(DEPLOYER) policy $(STAGE)); printf '%s\n' "$$policy" > $(OUT)/policy-$(STAGE).json; echo $(OUT)/policy-$(STAGE).json

synth: $(if $(STAGE),stage) builds node_modules/.installed ## Write the CloudFormation template of STAGE (or of all) to cdk.out
	@for stage in $(or $(STAGE),dev staging prod); do \
	  $(CDK) synth --quiet -c stage=$$stage; echo "cdk.out/orgbucket-$$stage.template.json"; \
	done

diff: stage builds deployer ## Show what deploying STAGE would change
	@$(DEPLOYER) diff $(STAGE)

# YES=1 answers what a terminal would be asked.
deploy: stage builds deployer ## Deploy STAGE; asks before permissions get wider
	@YES=$(YES) $(DEPLOYER) deploy $(STAGE)

review: stage builds deployer ## Make a change set of STAGE to look at, and execute nothing
	@$(DEPLOYER) review $(STAGE)

execute: stage builds deployer ## Execute the change set that was looked at
	@$(DEPLOYER) execute $(STAGE)

# VERSION is the release's, too, which has a default.
rollback: stage deployer ## Give the queue's messages of STAGE to an earlier VERSION of the function, without a build
	@$(DEPLOYER) rollback $(STAGE) $(if $(filter file,$(origin VERSION)),,"$$VERSION")

# Runs the cdk command for a stage.
deployer: node_modules/.installed
	@$(call compiling,$(GO_BUILD) -v -ldflags '-s -w' -o $(DEPLOYER) ./infra/deploy)

destroy: stage builds deployer ## Delete STAGE's stack; no organization's bucket and no claim is touched
	@YES=$(YES) $(DEPLOYER) destroy $(STAGE)
	@echo "The bucket orgbucket-$(STAGE)-homes-… stays: its claims say which bucket is each organization's home. The next make deploy finds it."

accept: builds tool deployer ## Try everything in an account without a stage, and leave nothing: ACCOUNT=… REGION=…; docs/accept.md
	@$(GO_BUILD) -o $(ACCEPT) ./infra/accept
	@$(ACCEPT) run -account "$${ACCOUNT-}" -region "$${REGION-}" -facts docs $(if $(YES),-yes)

accept-clean: tool ## Remove what a run that was killed has left: RUN=…
	@$(GO_BUILD) -o $(ACCEPT) ./infra/accept
	@$(ACCEPT) clean -run "$${RUN-}" -account "$${ACCOUNT-}" -region "$${REGION-}"

e2e-deploy: builds node_modules/.installed ## Deploy into moto and read the wiring back (skipped without moto)
	@$(GO_TEST) -count=1 -v -timeout 1h -run '^TestDeploy' ./infra -deploy

# Before anything is installed or built. The shell takes what was typed from its environment,
# so that nothing of it is run; what passes is the name of one stage.
stage:
	@known=$$(node -p 'Object.keys(require("./cdk.json").context.stages).join(" ")'); \
	[ -n "$${STAGE-}" ] || { echo "which stage? STAGE=dev, for example; cdk.json has $$known"; exit 1; }; \
	for stage in $$known; do [ "$$stage" != "$$STAGE" ] || exit 0; done; \
	echo "stage $$STAGE isn't in cdk.json, which has $$known"; exit 1

clean: ## Remove what was built and installed here
	@rm -rf dist cdk.out node_modules $(LOCAL)/node_modules
