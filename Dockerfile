# The operator's image: one static program and the roots of trust, no shell, not
# root.
FROM golang:1.26 AS builder
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
    go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o manager .

FROM scratch
COPY --from=builder /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=builder /workspace/manager /manager
USER 65532:65532
ENTRYPOINT ["/manager"]
