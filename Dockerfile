# The operator's image: one static program, which brings its own roots of trust,
# no shell, not root. make image packs the same without a container engine.
#
# It is compiled where the build runs, whatever the platform it is for.
FROM --platform=$BUILDPLATFORM golang:1.26 AS builder
# Set by builders that know of platforms; left empty, it is the builder's own.
ARG TARGETOS
ARG TARGETARCH
ARG VERSION=unknown

WORKDIR /workspace
# Modules first: they change less often than the code.
COPY go.mod go.sum ./
RUN go mod download

COPY main.go ./
COPY api/ api/
COPY controllers/ controllers/
COPY internal/ internal/
RUN CGO_ENABLED=0 GOOS=${TARGETOS:-linux} GOARCH=${TARGETARCH} \
    go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=${VERSION}" -o manager .

FROM scratch
ARG VERSION=unknown
ARG REVISION=
LABEL org.opencontainers.image.title="imageshare-operator" \
      org.opencontainers.image.description="Shares ECS custom images of Alibaba Cloud with whom ImageShares declare, and with nobody else." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/imageshare-operator/imageshare-operator" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=builder /workspace/manager /manager
USER 65532:65532
ENTRYPOINT ["/manager"]
