# The image of Rootlock: node, the compiled program, what it needs from npm, and nothing else.
#
#   docker build --tag rootlock .
#
# NODE_IMAGE has node, npm and a shell; nothing of it gets into the result. BASE needs only node: any image with a
# `node` on its PATH, or in /nodejs/bin, where distroless has it.
#
# What is built is the same for every processor, so it is built by the machine's own: for another one only BASE differs, and
# nothing of that is run (docs/release.md).
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim
ARG BASE=gcr.io/distroless/nodejs24-debian12:nonroot

FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS dependencies
WORKDIR /build/rootlock
COPY package.json package-lock.json .npmrc ./
# Declarations and maps are for editors and debuggers, and nearly half of it all.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-update-notifier \
 && npm sbom --package-lock-only --omit=dev --omit=optional --sbom-format=cyclonedx --sbom-type=application \
      > sbom.cdx.json \
 && find node_modules -type f \( -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' -o -name '*.map' \) \
      -exec rm {} + \
 && rm -rf node_modules/.bin node_modules/.package-lock.json package-lock.json .npmrc \
 && chmod -R a+rX .

FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS build
WORKDIR /build/rootlock
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-update-notifier
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN node_modules/.bin/tsc -p tsconfig.build.json --sourceMap false --outDir /app/dist
COPY LICENSE /app/
COPY builtin /app/builtin
COPY crds /app/crds
COPY examples /app/examples
RUN chmod -R a+rX /app

FROM ${BASE}
ARG BASE
ARG VERSION=
ARG REVISION=
LABEL org.opencontainers.image.title="Rootlock" \
      org.opencontainers.image.description="One label on a namespace, and every pod in it runs with a read-only root filesystem, without breaking." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="${BASE}" \
      dev.rootlock.sbom="/app/sbom.cdx.json"
ENV NODE_ENV=production \
    PATH=/nodejs/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
COPY --from=dependencies /build/rootlock /app
COPY --from=build /app /app
USER 65532:65532
EXPOSE 8443
ENTRYPOINT ["node", "/app/dist/cli.js"]
