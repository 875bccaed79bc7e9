"""Opening a zip that may have been made to harm: its table of contents is read whole, so its size is limited before that.

A table of contents of 200 MB names four million entries, which take gigabytes once they are read.
"""

import io
import zipfile
from pathlib import Path

from kernel.errors import TooLarge

MOST_CONTENTS = 6_000_000


class _Careful(io.BufferedReader):
    """A file that gives no more than MOST_CONTENTS at once; the zip reader asks for its table of contents in one piece."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MOST_CONTENTS:
            raise TooLarge("This archive is too large to be taken in one piece. Please split it.")
        return super().read(size)


class Archive(zipfile.ZipFile):
    """A zip for reading. Raises TooLarge for one with too many entries, else as zipfile.ZipFile does."""

    def __init__(self, path: Path) -> None:
        self._careful = _Careful(io.FileIO(path))
        try:
            super().__init__(self._careful)
        except BaseException:
            self._careful.close()
            raise

    def close(self) -> None:
        """Closes the file, too."""
        super().close()
        self._careful.close()
