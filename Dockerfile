# A small image of the server alone. It needs DATABASE_URL and JWT_SECRET; see README.md.

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
RUN cargo build --release --locked --bin balcao

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --no-create-home balcao \
    && install --directory --owner=balcao --mode=0700 /var/lib/balcao
COPY --from=server /balcao/target/release/balcao /usr/local/bin/balcao
COPY --from=web /balcao/static/dist /usr/share/balcao/web
ENV BALCAO_ENV=production \
    BALCAO_DATA_DIR=/var/lib/balcao \
    BIND=0.0.0.0:8000 \
    STATIC_DIR=/usr/share/balcao/web
USER 10001
WORKDIR /var/lib/balcao
VOLUME /var/lib/balcao
EXPOSE 8000
ENTRYPOINT ["balcao"]
CMD ["serve"]
