"""A worker that waits to be told to stop."""

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.pause()
