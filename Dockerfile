# CPU image of the studio: the same requirement files as `make run`. docs/running.md shows how to use it.
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    GRADIO_ANALYTICS_ENABLED=False \
    HF_HUB_DISABLE_TELEMETRY=1 \
    ORT_DISABLE_TELEMETRY=1 \
    STUDIO_HOST=0.0.0.0 \
    STUDIO_DATA_DIR=/data \
    PORT=7860

WORKDIR /studio
# REQUIREMENTS=requirements-cloud.txt adds what object stores and Vertex AI need.
ARG REQUIREMENTS=requirements.txt
COPY requirements*.txt constraints.txt ./
RUN pip install --no-cache-dir -r requirements.txt -r "$REQUIREMENTS" -c constraints.txt \
    && pip install --no-cache-dir --no-deps -r requirements-nodeps.txt

COPY app.py pyproject.toml ./
COPY studio studio
COPY assets assets

RUN useradd --create-home studio && mkdir /data && chown studio /data
USER studio
VOLUME /data
EXPOSE 7860
HEALTHCHECK --start-period=60s CMD python -c "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=5)"
CMD ["sh", "-c", "python -m studio weights get --offline kokoro piper && exec python app.py"]
