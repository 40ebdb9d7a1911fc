FROM node:26-slim

WORKDIR /app
COPY package.json package-lock.json ./
# The image brings node itself; the package of that name is for machines that have an older one.
RUN npm ci --omit=dev && npm cache clean --force
COPY LICENSE ledger.yaml ledger.schema.json ./
COPY migrations migrations
COPY jobs jobs
COPY src src

# A named volume takes over the owner and mode of the folder that it is mounted on.
RUN printf '#!/bin/sh\nexec node /app/src/start.ts "$@"\n' > /usr/local/bin/claimledger \
    && chmod 755 /usr/local/bin/claimledger \
    && install -d -o node -g node -m 700 /data

ENV NODE_ENV=production \
    CLAIMLEDGER_DATA=/data
USER node
EXPOSE 8080
ENTRYPOINT ["claimledger"]
CMD ["serve"]
