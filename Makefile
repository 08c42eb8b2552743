# Everything is built from Go modules pinned in go.mod files: this one and those
# under hack/. A machine needs Go, make and git; docker and kubectl only for the
# targets that speak to a registry or a cluster.

# The operator's image, as deploy, build-installer and docker-build name it.
IMG ?= imageshare-operator:latest
KUBECTL ?= kubectl
# The repository that chart-push pushes to, such as oci://registry.example.com/charts.
CHARTS ?=
# Programs of others that releases are signed, published and looked through with.
COSIGN ?= cosign
GH ?= gh
HELM ?= helm
# Arguments for make run, such as ARGS="--resync-interval=1m".
ARGS ?=
# Where what is released is written to.
DIST ?= dist

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
# The race detector needs a C compiler, and Go knows whether there is one. RACE=
# on the command line leaves it out.
RACE := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)

# Modules with pins to keep tidy, and those of them with code of our own.
MODULES := . hack/chart hack/controlplane hack/controlplane/floor hack/gitops hack/image hack/monitoring hack/tools hack/tools/lint
CODE := . hack/chart hack/controlplane hack/gitops hack/image hack/monitoring hack/tools/lint

pin = $(shell awk '$$1 == "$(2)" && $$2 ~ /^v/ { print $$2; exit }' $(1)/go.mod)
BIN := $(CURDIR)/bin
CONTROLLER_GEN := $(BIN)/controller-gen-$(call pin,hack/tools,sigs.k8s.io/controller-tools)
KUSTOMIZE := $(BIN)/kustomize-$(call pin,hack/tools,sigs.k8s.io/kustomize/kustomize/v5)
LINT := $(BIN)/golangci-lint-kal-$(call pin,hack/tools/lint,github.com/golangci/golangci-lint/v2)

# The manifests with our image in them; the tree stays as it is.
render = $(KUSTOMIZE) build config/default | sed 's|image: controller:latest|image: $(IMG)|'

# One way to compile, so that what two programs share is compiled once.
compile = CGO_ENABLED=0 go build -trimpath -buildvcs=false
stamp = -ldflags "-s -w -X main.version=$(VERSION)"

# What image makes. Everything in the image says that it was made when the commit
# was, so that the same commit makes the same image.
ARCHITECTURES := amd64 arm64
REVISION ?= $(shell git rev-parse HEAD 2>/dev/null)
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help
help: ## Show this list.
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ Develop

.PHONY: generate
generate: $(CONTROLLER_GEN) ## Generate deep copies for the API types.
	@$(CONTROLLER_GEN) object:headerFile=hack/boilerplate.go.txt paths=./api/...

.PHONY: manifests
manifests: $(CONTROLLER_GEN) ## Generate CRDs and RBAC from the markers in the code.
	@$(CONTROLLER_GEN) crd rbac:roleName=manager-role paths=./api/... paths=./controllers/... \
		output:crd:artifacts:config=config/crd/bases output:rbac:artifacts:config=config/rbac

# What the chart does not write itself it has from these directories, so that
# nothing is written twice.
.PHONY: chart
chart: manifests ## Copy the CRDs, roles, admission policies and monitoring into the Helm chart.
	@rm -rf config/chart/files && mkdir -p config/chart/files
	@cp -r config/crd/bases config/chart/files/crd
	@cp -r config/rbac config/admission config/monitoring config/chart/files
	@rm config/chart/files/*/kustomization.yaml config/chart/files/rbac/service_account.yaml

.PHONY: fmt
fmt: $(LINT) ## Format the code and group its imports.
	@$(LINT) fmt

.PHONY: vet
vet: ## Run go vet.
	@for m in $(CODE); do (cd $$m && go vet ./...) || exit 1; done

.PHONY: lint
lint: $(LINT) ## Check the house rules: budgets, import arrows, API conventions.
	@for m in $(CODE); do \
		echo "lint: $$m"; (cd $$m && $(LINT) run --config $(CURDIR)/.golangci.yml ./...) || exit 1; \
	done

.PHONY: verify
verify: generate manifests chart fmt ## Regenerate everything and fail if that changes what git holds.
	@for m in $(MODULES); do \
		(cd $$m && go mod tidy -diff) || { echo "verify: run go mod tidy in $$m" >&2; exit 1; }; \
	done
	@git --no-pager diff --exit-code HEAD -- || { echo "verify: the tree differs from git; see above" >&2; exit 1; }
	@new=$$(git ls-files --others --exclude-standard -- api config '*.go' '*go.mod' '*go.sum'); \
		test -z "$$new" || { echo "verify: not in git:"; echo "$$new"; exit 1; } >&2

# What ships besides the operator is judged in modules of its own, by the programs
# that it is made for.
SHIPPED := chart gitops image monitoring

# Plain go test ./... runs the specs of the loops too, one after the other; here
# they are dealt out to three processes, each with an API server of its own, and
# beside them goes what ships. Tests wait half of their time, so more of them run at
# a time than there are cores. K8S_VERSION= chooses the API server: see
# hack/controlplane.
.PHONY: test
test: ## Run all tests against a real Kubernetes API server (K8S_VERSION=floor: the oldest).
	@echo "test: $(if $(RACE),with the race detector,without the race detector, which needs a C compiler)"
	@failed=; \
		$(MAKE) test-code || failed=1; \
		$(MAKE) --keep-going --jobs 2 test-specs $(SHIPPED:%=test-%) || failed=1; \
		test -z "$$failed" || { echo "test: failed, see above" >&2; exit 1; }

.PHONY: test-code
test-code: ## Test all but the specs of the loops and what ships besides the operator.
	@assets=$$(hack/controlplane/assets) && KUBEBUILDER_ASSETS=$$assets go test $(RACE) -p 3 -timeout 30m -skip '^TestControllers$$' ./...

.PHONY: test-specs
test-specs: ## Try the loops on a real API server, by their specs.
	@assets=$$(hack/controlplane/assets) && KUBEBUILDER_ASSETS=$$assets \
		go tool ginkgo run $(RACE) --procs 3 --timeout 30m --no-color ./controllers -- -test.run '^TestControllers$$'

.PHONY: test-chart
test-chart: ## Test all that ships for clusters, by Helm's own library and a real API server.
	@assets=$$(hack/controlplane/assets) && KUBEBUILDER_ASSETS=$$assets go test -C hack/chart -timeout 15m ./...

.PHONY: test-monitoring
test-monitoring: ## Judge what ships for Prometheus by Prometheus, and by what the operator serves.
	@assets=$$(hack/controlplane/assets) && KUBEBUILDER_ASSETS=$$assets go test -C hack/monitoring -timeout 10m ./...

# In a module of its own, since the engines bring many others.
.PHONY: test-gitops
test-gitops: ## Have the engines of Flux and Argo CD judge our objects, on a real API server.
	@assets=$$(hack/controlplane/assets) && KUBEBUILDER_ASSETS=$$assets go test -C hack/gitops -timeout 15m ./...

.PHONY: gitops-manifests
gitops-manifests: ## Make the ConfigMap for Argo CD of the Lua scripts beside it.
	@cd hack/gitops && go run .

# FOCUS= runs some of the specs only.
.PHONY: health
health: ## Compare every status that the specs of the loops see with the goldens of their health.
	@assets=$$(hack/controlplane/assets) && seen=$$(mktemp -d) && HEALTH_SEEN=$$seen KUBEBUILDER_ASSETS=$$assets \
		go tool ginkgo run --procs 2 --timeout 30m --no-color --focus '$(FOCUS)' ./controllers -- -test.run '^TestControllers$$' \
		&& hack/health $$seen

.PHONY: fuzz
fuzz: ## Give every parser hostile bytes, FUZZTIME each: make fuzz FUZZTIME=10m.
	@FUZZTIME=$(or $(FUZZTIME),5s) FUZZ='$(FUZZ)' hack/fuzz

# SCENARIO= and POINT= play one scenario, or have one point of it, WORKERS= says
# how many clusters play at a time, and TOGETHER= at how many points of one play
# the operator is killed, one after another, which takes less time. RACE=-race on
# the command line puts the race detector in.
.PHONY: crash
crash: WORKERS ?= 3
crash: TOGETHER ?= 1
crash: ## Kill the operator at every point of every scenario (SCENARIO= and POINT= for one).
	@assets=$$(hack/controlplane/assets) && KUBEBUILDER_ASSETS=$$assets go test -C internal/trials/crash \
		$(if $(filter command line,$(origin RACE)),$(RACE)) -count=1 -timeout 3h -args -every \
		-workers=$(WORKERS) -together=$(TOGETHER) -scenario='$(SCENARIO)' -point='$(POINT)'

# SEEDS= says how many worlds are misused one after another, SEED= is the first,
# STEPS= how many misuses each gets, RACE=-race puts the race detector in.
.PHONY: misuse
misuse: ## Misuse the operator as its schemas allow: make misuse SEEDS=20 SEED=1.
	@assets=$$(hack/controlplane/assets) && KUBEBUILDER_ASSETS=$$assets MISUSE_SEED=$(or $(SEED),1) MISUSE_ROUNDS=$(or $(SEEDS),3) \
		MISUSE_STEPS=$(or $(STEPS),160) MISUSE_VALUES=0 go test $(if $(filter command line,$(origin RACE)),$(RACE)) -count=1 -timeout 12h -v ./internal/trials/misuse

# Without the race detector, which would take ten times as long.
.PHONY: model
model: ## Explore everything that can happen to plans and their executor in small worlds.
	@MODEL=whole GOGC=800 go test -count=1 -v -timeout 60m -run 'TestWhateverHappensIsSound|TestWhatIsBrokenIsFound' ./internal/trials/model

.PHONY: stale
stale: ## Show the operator the past from every perspective.
	@assets=$$(hack/controlplane/assets) && STALE=all KUBEBUILDER_ASSETS=$$assets go test -count=1 -timeout 30m -v ./internal/trials/stale

SOAK ?= 1h
.PHONY: soak
soak: ## Run the operator for SOAK=1h with edits, drift and faults, and see that memory stays flat.
	@assets=$$(hack/controlplane/assets) && SOAK=$(SOAK) KUBEBUILDER_ASSETS=$$assets go test -count=1 -timeout 24h -v -run TestSoak ./internal/trials/care

# SEED= is the first seed, or the only one where SEEDS= says nothing; WORKERS= and
# RACE= are as for crash.
.PHONY: chaos
chaos: WORKERS ?= 3
chaos: ## Let everything go wrong at random, SEEDS= runs from SEED= on.
	@assets=$$(hack/controlplane/assets) && KUBEBUILDER_ASSETS=$$assets go test -C internal/trials/chaos \
		$(if $(filter command line,$(origin RACE)),$(RACE)) -count=1 -timeout 24h -args \
		-workers=$(WORKERS) -first=$(or $(SEED),1) -seeds=$(or $(SEEDS),$(if $(SEED),1,20))

##@ Try

.PHONY: demo
demo: bin/demo ## Show the operator at work, on a real API server and a simulated cloud.
	@$(demo)

.PHONY: demo-once
demo-once: bin/demo ## Run the demo's tour, check each claim, stop.
	@$(demo) --once

.PHONY: run
run: ## Run the operator here, against the current kubeconfig.
	@go run -ldflags "-X main.version=$(VERSION)" . $(ARGS)

##@ Build

.PHONY: build
build: ## Build the operator into bin/manager.
	@$(compile) $(stamp) -o bin/manager .

.PHONY: docker-build
docker-build: ## Build the container image IMG.
	docker build --build-arg VERSION=$(VERSION) --build-arg REVISION=$(REVISION) -t $(IMG) .

.PHONY: image
image: ## Pack the image for amd64 and arm64 into dist/image, where no container engine is.
	@mkdir -p $(DIST)
	@for arch in $(ARCHITECTURES); do \
		GOOS=linux GOARCH=$$arch $(compile) $(stamp) -o $(DIST)/manager-linux-$$arch . || exit 1; \
	done
	@go -C hack/image run . pack --dist $(abspath $(DIST)) --version '$(VERSION)' --revision '$(REVISION)' \
		--created $(SOURCE_DATE_EPOCH) $(ARCHITECTURES:%=$(abspath $(DIST))/manager-linux-%)

.PHONY: test-image
test-image: ## Pack the image twice, open it, and try what releases it.
	@go test -C hack/image -timeout 30m ./...

.PHONY: named
named:
	@test -n '$(IMG)' || { echo "IMG is empty: it has to name the operator's image" >&2; exit 1; }

.PHONY: build-installer
build-installer: named $(KUSTOMIZE) ## Write dist/install.yaml, with IMG as the image.
	@mkdir -p $(DIST)
	@$(render) > $(DIST)/install.yaml.new
	@test -s $(DIST)/install.yaml.new && mv $(DIST)/install.yaml.new $(DIST)/install.yaml && echo "wrote $(DIST)/install.yaml"

##@ Release: see docs/release.md

.PHONY: image-push
image-push: named ## Push dist/image, with its bills of materials, to IMG.
	@go -C hack/image run . push --dist $(abspath $(DIST)) '$(IMG)'

.PHONY: image-sign
image-sign: ## Sign what was pushed, and attest to its bills of materials.
	@$(COSIGN) sign --yes --recursive "$$(cat $(DIST)/image.reference)"
	@for arch in $(ARCHITECTURES); do \
		$(COSIGN) attest --yes --type spdxjson --predicate $(DIST)/sbom-linux-$$arch.spdx.json \
			"$$(cat $(DIST)/image-linux-$$arch.reference)" || exit 1; \
	done

# One line each, as a later step of a workflow reads it.
.PHONY: release-facts
release-facts: ## Print what was pushed: its repository, digest, and the reference of both.
	@reference=$$(cat $(DIST)/image.reference) && echo "reference=$$reference" && \
		echo "repository=$${reference%@*}" && echo "digest=$${reference##*@}"

.PHONY: chart-package
chart-package: ## Pack the Helm chart into dist/, with CHART_VERSION=0.2.0 as its version.
	@go run -C hack/chart . -version='$(CHART_VERSION)' -out=$(abspath $(DIST)) $(CURDIR)/config/chart

.PHONY: chart-push
chart-push: CHART_VERSION ?= $(VERSION:v%=%)
chart-push: chart-package ## Push the Helm chart of this version to CHARTS.
	@$(HELM) push $(DIST)/imageshare-operator-$(CHART_VERSION).tgz '$(CHARTS)'

.PHONY: release-publish
release-publish: ## Publish dist/install.yaml and the bills of materials as release VERSION of the forge.
	@$(GH) release create '$(VERSION)' --verify-tag --generate-notes $(DIST)/install.yaml $(DIST)/sbom-*.spdx.json

# It asks the network for what is known, so it needs the network to be there, too.
.PHONY: vulncheck
vulncheck: ## Look for known vulnerabilities in what is linked.
	@for m in $(CODE); do echo "vulncheck: $$m"; (cd $$m && go run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./...) || exit 1; done

FORGE ?= https://github.com
.PHONY: pin
pin: pin-actions pin-images ## Pin the workflows' actions and the Dockerfile's images to what they are today.

.PHONY: pin-actions
pin-actions:
	@go -C hack/image run ./pin actions --root $(CURDIR) --forge '$(FORGE)'

.PHONY: pin-images
pin-images:
	@go -C hack/image run ./pin images --root $(CURDIR)

# Nobody announces a new bundle of roots: it has no versions.
.PHONY: update-roots
update-roots: ## Take the latest roots of trust into the program.
	@go get golang.org/x/crypto/x509roots/fallback@latest && go mod tidy

##@ Deploy to the cluster of the current kubeconfig

.PHONY: install
install: $(KUSTOMIZE) ## Install the CRDs.
	@$(KUSTOMIZE) build config/crd | $(KUBECTL) apply --server-side -f -

.PHONY: uninstall
uninstall: $(KUSTOMIZE) ## Delete the CRDs and every ImageShare, which takes away what is shared.
	@echo "uninstall: waiting up to 5 minutes for every ImageShare to let go; kubectl get imageshares -A shows which has not"
	@$(KUSTOMIZE) build config/crd | $(KUBECTL) delete --ignore-not-found --timeout=5m -f -

.PHONY: deploy
deploy: $(KUSTOMIZE) ## Install the CRDs and run the operator, with IMG as the image.
	@$(render) | $(KUBECTL) apply --server-side -f -

# The kinds go first: an ImageShare is let go by the operator, which must still
# be there.
.PHONY: undeploy
undeploy: uninstall ## Delete the CRDs, then the operator.
	@$(render) | $(KUBECTL) delete --ignore-not-found --timeout=5m -f -

# Helpers. Tools carry their version in their name and are built when it is not
# there, or when the pins have changed since; each comes into place whole.

.PHONY: controlplane
controlplane:
	@hack/controlplane/assets

# The demo is built, not run by go run, so that a signal to make reaches it and
# it can stop what it started.
demo = assets=$$(hack/controlplane/assets) && export KUBEBUILDER_ASSETS=$$assets && exec bin/demo

.PHONY: bin/demo
bin/demo: build
	@$(compile) -o bin/demo ./hack/demo

.PHONY: tools
tools: $(CONTROLLER_GEN) $(KUSTOMIZE) $(LINT)

# $(call tool,module,package,how long)
define tool
@echo "tools: building $(notdir $@) ($(3), once) ..." >&2
@mkdir -p $(BIN)
@cd $(1) && GOWORK=off go build -buildvcs=false -ldflags "-s -w" -o $@.$$$$ $(2) && touch $@.$$$$ && mv $@.$$$$ $@
endef

$(CONTROLLER_GEN): hack/tools/go.mod
	$(call tool,hack/tools,sigs.k8s.io/controller-tools/cmd/controller-gen,half a minute)

$(KUSTOMIZE): hack/tools/go.mod
	$(call tool,hack/tools,sigs.k8s.io/kustomize/kustomize/v5,half a minute)

$(LINT): hack/tools/lint/go.mod hack/tools/lint/main.go
	$(call tool,hack/tools/lint,.,about 2 minutes on two cores)
