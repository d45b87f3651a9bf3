# One image for web, live and worker; compose.yaml says which process a container runs.
FROM python:3.13-slim-bookworm AS build
RUN pip install --no-cache-dir uv
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /srv/revivatech
COPY pyproject.toml uv.lock .python-version README.md LICENSE NOTICE ./
RUN uv sync --locked --no-install-project
COPY revivatech revivatech
RUN uv sync --locked && .venv/bin/python -m revivatech.platform.languages

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /srv/revivatech --shell /usr/sbin/nologin revivatech \
    && install -d -o revivatech -g revivatech -m 0750 /data
COPY --from=build /srv/revivatech /srv/revivatech
WORKDIR /srv/revivatech
ENV PATH=/srv/revivatech/.venv/bin:$PATH REVIVATECH_DATA_DIR=/data PYTHONUNBUFFERED=1
USER revivatech
VOLUME /data
EXPOSE 3010 3011
# Alone, the image runs the whole shop with the embedded database in /data.
CMD ["revivatech", "serve", "--host", "0.0.0.0"]
