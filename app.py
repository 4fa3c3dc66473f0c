"""Entry point: `python app.py`, `uvicorn app:app`, or a Space's app_file."""

import os

from studio.space import on_a_space, zero_gpu

if zero_gpu(os.environ):
    import spaces  # noqa: F401 - before anything imports torch, which it changes

from studio.cli.reading import read_settings
from studio.logs import configure
from studio.server import check_port, create_app

settings = read_settings()
configure(settings.log_format, details=settings.log_details)
app = create_app(settings)

if __name__ == "__main__":
    import sys

    import uvicorn

    from studio.cli import sentence
    from studio.problems import Problem

    try:
        check_port(settings.host, settings.port)
    except Problem as problem:
        sys.exit(sentence(problem))
    if on_a_space(os.environ):
        from studio.cli.space import furnish

        furnish(app.state.studio)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        timeout_graceful_shutdown=5,
        log_config=None,  # studio.logs did it
        access_log=False,
        proxy_headers=False,  # the application believes the proxies that its settings name
    )
