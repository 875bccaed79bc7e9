"""One web process: the application on a socket the supervisor owns (`python -m app.web --fd 3 --ready-fd 4`)."""

from app.asgi import create_app
from app.serving import chosen_descriptors, serve
from kernel import logs
from kernel.settings import Settings, use


def main() -> None:
    """Serves until it is told to stop."""
    settings = Settings.load()
    use(settings)
    logs.configure(settings.log_style, settings.log_level.upper())
    sock, ready_fd = chosen_descriptors()
    serve(create_app(settings), settings, sock, ready_fd)


if __name__ == "__main__":
    main()
