# Rollcall. `make` lists what there is.
GOBIN ?= $(CURDIR)/bin
GOLANGCI := $(GOBIN)/golangci-lint
GOLANGCI_VERSION := v2.15.0
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X github.com/rollcall-iam/rollcall/internal/cli.Version=$(VERSION)

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-8s %s\n", $$1, $$2}'

build: ## build one static binary, bin/rollcall
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/rollcall ./cmd/rollcall

demo: build ## scan the bundled sample account: a table here, report.html beside it
	./bin/rollcall demo

test: ## run every test
	go test -timeout 30m ./... # the browser and moto take their time on small machines

bench: ## measure speed and memory, each for BENCHTIME (default 1s)
	go test -run "^$$" -bench . -benchmem -benchtime $(or $(BENCHTIME),1s) ./internal/... ./cmd/...

fuzz: ## run every fuzz target for FUZZTIME each (default 1m)
	./scripts/fuzz $(or $(FUZZTIME),1m)

lint: $(GOLANGCI) ## check style and module files
	$(GOLANGCI) run ./...
	go mod tidy -diff
	go mod verify

$(GOLANGCI):
	GOBIN=$(GOBIN) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)

.PHONY: help build demo test bench fuzz lint
