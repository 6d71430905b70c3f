# One image for both processes: the gateway is the default command, a worker runs
#   docker run … haggle node dist/workers/main.js --role=all
#
# The tag names a version so that a rebuild stays on it. A tag can still be moved: for production pin the digest too
# (`FROM node:<version>-bookworm-slim@sha256:…`, taken from `docker buildx imagetools inspect`).
# Older lines work as well, from 20.19 on: --build-arg NODE_VERSION=22.23.3.
ARG NODE_VERSION=24.21.0

FROM node:${NODE_VERSION}-bookworm-slim AS base
WORKDIR /app

# Install scripts are off in both installs: none of these packages needs one to run, and a script would be the easiest
# way in for a poisoned package (one of them reports usage home, another downloads a database server).
FROM base AS build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build

FROM base AS production-dependencies
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM base AS runtime
LABEL org.opencontainers.image.title="haggle" \
  org.opencontainers.image.description="Real-time gateway for second-hand marketplaces" \
  org.opencontainers.image.licenses="MIT"
# Beyond loopback the process refuses to start until keys, mail server and public address are set: docs/operations.md.
# The build compiles for these NODE_OPTIONS, which package.json names. Messages under way live longer than V8 lets young
# objects live by default, so that many are copied for nothing. The room grows only when it is used.
ENV NODE_ENV=production \
  NODE_OPTIONS=--max-semi-space-size=64 \
  HOST=0.0.0.0 \
  PORT=3000
COPY package.json ./
COPY --from=production-dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# A number, since Kubernetes cannot tell that a name is not root (runAsNonRoot). 1000 is the image's user `node`.
USER 1000:1000
EXPOSE 3000
# Liveness only: a container is not restarted because MongoDB is away. A worker has its own port; compose.yaml shows it.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# No entry script and no shell: node is process 1 and SIGTERM, which starts the drain, reaches it.
ENTRYPOINT []
CMD ["node", "dist/src/main.js"]
