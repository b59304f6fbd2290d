# One image for every part of the product; script/container names the parts. Built and run as
# docs/operations.md says. Nothing but production's packages is in it, and nobody in it is root.

FROM debian:13-slim AS base
# What script/bootstrap asks for to run, and the client that backup and restore call: its version
# is that of the database in docker-compose.yml.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      python3 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 postgresql-client-17 \
 && rm -rf /var/lib/apt/lists/*
ENV LANG=C.UTF-8 PYTHONUTF8=1 PYTHONUNBUFFERED=1 PATH=/opt/venv/bin:$PATH \
    STATIC_ROOT=/opt/static TONGXING_VAR=/var/lib/tongxing


FROM base AS packages
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3-venv \
 && rm -rf /var/lib/apt/lists/*
COPY requirements-production.lock /build/
RUN python3 -m venv /opt/venv \
 && python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes \
      -r /build/requirements-production.lock


FROM packages AS front-end
COPY requirements-node.lock /build/
RUN python3 -m venv /opt/node \
 && /opt/node/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
      --require-hashes -r /build/requirements-node.lock
WORKDIR /opt/tongxing
COPY package.json package-lock.json .npmrc ./
RUN PATH=/opt/node/bin:$PATH npm ci --omit=dev --ignore-scripts
COPY . ./
RUN mkdir -p static/generated \
 && cp node_modules/echarts/dist/echarts.common.min.js static/generated/echarts.js \
 && python manage.py build_icons \
 && python manage.py collectstatic --noinput
# Of the front-end files a running product needs only the papers' fonts and the folder that its
# settings name.
RUN mkdir kept \
 && cp -a --parents -t kept \
      node_modules/bootstrap/dist/css \
      node_modules/@expo-google-fonts/noto-sans-sc/400Regular \
      node_modules/@expo-google-fonts/noto-sans-sc/500Medium \
      node_modules/@expo-google-fonts/noto-sans-sc/LICENSE_FONT \
      node_modules/@expo-google-fonts/noto-serif-sc/400Regular \
      node_modules/@expo-google-fonts/noto-serif-sc/700Bold \
      node_modules/@expo-google-fonts/noto-serif-sc/LICENSE_FONT \
 && rm -r node_modules \
 && mv kept/node_modules . \
 && rmdir kept \
 && python -m compileall -q .


FROM base
RUN useradd --uid 10001 --no-create-home --home-dir /var/lib/tongxing --shell /usr/sbin/nologin tongxing \
 && install -d -o tongxing -g tongxing -m 700 /var/lib/tongxing
COPY --from=packages /opt/venv /opt/venv
COPY --from=front-end /opt/static /opt/static
COPY --from=front-end /opt/tongxing /opt/tongxing
WORKDIR /opt/tongxing
USER tongxing
VOLUME /var/lib/tongxing
EXPOSE 8000
ENTRYPOINT ["script/container"]
CMD ["web"]
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["script/container", "healthy-web"]
