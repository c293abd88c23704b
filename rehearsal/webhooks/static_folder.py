"""The app's static files, served from their folder while the app is down, as its host would go on doing."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

TYPES = {".wav": "audio/wav", ".xml": "text/xml"}
"""What a call needs. Python's own table is not the same everywhere: 3.14 has a name for WAV that Twilio refuses."""


@dataclass(frozen=True, slots=True)
class StaticFolder:
    """``folder`` holds what the app serves under ``base_url``, such as ``http://127.0.0.1:8080/static``.

    ``other_hosts`` are of apps that have the same files, such as ``127.0.0.1:8081``.
    """

    folder: Path
    base_url: str
    other_hosts: tuple[str, ...] = ()

    def serves(self, url: str) -> bool:
        """Whether an address lies under the base."""
        asked, base = urlsplit(url), urlsplit(self.base_url)
        return asked.netloc in (base.netloc, *self.other_hosts) and asked.path.startswith(base.path.rstrip("/") + "/")

    def answer(self, method: str, path: str) -> tuple[int, str, bytes]:
        """Status, content type and body for the path of an address that this serves; static files answer GET only."""
        if method != "GET":
            return 405, "text/plain", b""
        root = self.folder.resolve()
        file = (root / path.removeprefix(urlsplit(self.base_url).path.rstrip("/") + "/")).resolve()
        if not file.is_relative_to(root) or not file.is_file():
            return 404, "text/plain", b""
        kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return 200, kind, file.read_bytes()
