# syntax=docker/dockerfile:1
# The service and its shipped models; `--build-arg EXTRA=cuda` adds CUDA and cuDNN from wheels.
FROM python:3.13-slim AS build

ARG EXTRA=""
WORKDIR /densight
COPY pyproject.toml README.md LICENSE ./
COPY app app
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir ".${EXTRA:+[$EXTRA]}"

FROM python:3.13-slim

RUN useradd --create-home --uid 10001 densight \
    && install --directory --owner densight --mode 700 /data
COPY --from=build /venv /venv
COPY models /models

ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DENSIGHT_MODELS=/models \
    DENSIGHT_DATA=/data \
    DENSIGHT_HOST=0.0.0.0 \
    DENSIGHT_PORT=8000
USER densight
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["densight", "serve"]
