"""One web process of the supervisor's: the application on a socket that was handed over."""

from app.asgi import create_app
from app.database import open_engine
from app.nursery import HandedOver
from app.outside import connect_outside
from app.serving import serve
from kernel import logs, metrics
from kernel.settings import Settings, use


def answer(given: HandedOver) -> None:
    """Answers requests until it is told to stop. Settings come from the environment."""
    settings = Settings.load()
    use(settings)
    logs.configure(settings.log_style, settings.log_level.upper())
    open_engine(settings)
    connect_outside(settings)
    stop_sharing = metrics.share(settings.metrics_dir, given.name)
    serve(create_app(settings), settings, given.socket, given.ready_fd)
    stop_sharing()
