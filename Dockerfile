# syntax=docker/dockerfile:1
# A small image of the server alone. It needs DATABASE_URL and JWT_SECRET; see docs/operations.md.

FROM node:22-bookworm-slim AS web
WORKDIR /balcao/static
COPY static/package.json static/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY static/ ./
RUN npm run build

FROM rust:1-bookworm AS server
WORKDIR /balcao
COPY Cargo.toml Cargo.lock diesel.toml ./
COPY migrations/ migrations/
COPY src/ src/
# What has been fetched and compiled stays between builds; the program itself must be copied out of there.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/balcao/target \
    cargo build --release --locked --bin balcao \
    && cp target/release/balcao /usr/local/bin/balcao

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --no-create-home balcao \
    && install --directory --owner=balcao --mode=0700 /var/lib/balcao
# Whom other servers' certificates are trusted by: for files in a bucket, mail and calls to other systems.
COPY --from=server /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=server /usr/local/bin/balcao /usr/local/bin/balcao
COPY --from=web /balcao/static/dist /usr/share/balcao/web
ENV BALCAO_ENV=production \
    BALCAO_DATA_DIR=/var/lib/balcao \
    BIND=0.0.0.0:8000 \
    STATIC_DIR=/usr/share/balcao/web
USER 10001
WORKDIR /var/lib/balcao
VOLUME /var/lib/balcao
EXPOSE 8000
# There is no curl in here. Docker does nothing about an unhealthy container by itself; whoever orchestrates may.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8000 && printf 'GET /ready HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [[ $status == 200 ]]"]
ENTRYPOINT ["balcao"]
CMD ["serve"]
