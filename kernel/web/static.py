"""Built assets (css, scripts, fonts, icons): names carry the hash of the content, so browsers keep them for good.

`npm run build` writes them with a manifest: logical name → file name and sha256 integrity.
"""

from dataclasses import dataclass
from pathlib import Path

import orjson

FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """One built file: its name under /static/ and its Subresource Integrity value (W3C SRI, sha256)."""

    file: str
    integrity: str


class Assets:
    """The manifest of the build. Missing assets are an error at start-up, not a broken page later."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        manifest = folder / "manifest.json"
        if not manifest.exists():
            raise RuntimeError(f"{manifest.name} is missing: run `make setup`, which builds the style sheets and scripts")
        self._assets = {name: Asset(a["file"], a["integrity"]) for name, a in orjson.loads(manifest.read_bytes()).items()}

    def url(self, name: str) -> str:
        """`asset("app.css")` → `/static/app.1a2b3c.css`; KeyError for a name that was not built."""
        return f"/static/{self._assets[name].file}"

    def integrity(self, name: str) -> str:
        """The integrity value of a built file."""
        return self._assets[name].integrity
