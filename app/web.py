"""One web process: the application on a socket the supervisor owns (`python -m app.web --fd 3 --ready-fd 4 --name web-1`)."""

from app.asgi import create_app
from app.database import open_engine
from app.outside import connect_outside
from app.serving import handed_over, serve
from kernel import logs, metrics
from kernel.settings import Settings, use


def main() -> None:
    """Serves until it is told to stop."""
    settings = Settings.load()
    use(settings)
    logs.configure(settings.log_style, settings.log_level.upper())
    given = handed_over()
    open_engine(settings)
    connect_outside(settings)
    stop_sharing = metrics.share(settings.metrics_dir, given.name)
    serve(create_app(settings), settings, given.socket, given.ready_fd)
    stop_sharing()


if __name__ == "__main__":
    main()
