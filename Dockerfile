# One image for every role: `start`, `ingress` and `worker` are commands of the same program.
ARG NODE_VERSION=20.20.2

FROM node:${NODE_VERSION}-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json config.example.yaml README.md ./
COPY scripts/make-executable.js scripts/
COPY src src
COPY workflows workflows
COPY activities activities
# What `files` in package.json lists, unpacked, beside the modules that it needs to run: with the library of the embedded
# graph, which its install script puts in place, and without those of other platforms.
RUN npm run build \
  && mkdir /app \
  && npm pack --ignore-scripts --pack-destination /tmp \
  && tar -xzf /tmp/flow-state-webhooks-*.tgz -C /app --strip-components=1 \
  && npm prune --omit=dev --ignore-scripts \
  && npm rebuild @ladybugdb/core \
  && rm -r node_modules/@ladybugdb/core-* \
  && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 \
    ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -r {} + \
  && mv node_modules /app/

FROM node:${NODE_VERSION}-bookworm-slim
ENV NODE_ENV=production \
  FLOWSTATE_CONFIG=/etc/flow-state/config.yaml
# A named volume takes its owner from the folder that it is mounted on.
RUN mkdir /data /bodies && chown node:node /data /bodies
COPY --from=build /app /app
USER node
WORKDIR /app
EXPOSE 8000 8001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=4 \
  CMD ["node", "dist/src/main.js", "health"]
ENTRYPOINT ["node", "dist/src/main.js"]
CMD ["ingress"]
