"""Entry point: `python app.py`, `uvicorn app:app`, or a Space's app_file."""

from studio.server import create_app
from studio.settings import Settings

settings = Settings()
app = create_app(settings)

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host=settings.host, port=settings.port, timeout_graceful_shutdown=5)
