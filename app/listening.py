"""The listening socket: made once, handed to every web process."""

import socket

BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections; port 0 takes any free one. OSError where the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(BACKLOG)
    except OSError:
        sock.close()
        raise
    sock.setblocking(False)
    return sock
