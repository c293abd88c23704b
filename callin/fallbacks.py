"""The documents that Twilio gets from the web server while the app is down, with this station's queues in them.

The first station's stand in `static/twiml`. Another station's are made from them, beside them, before it is deployed.
"""

from __future__ import annotations

from pathlib import Path

from callin.model import StationNames

FOLDER = Path(__file__).resolve().parent.parent / "static" / "twiml"


def documents(names: StationNames, folder: Path = FOLDER) -> dict[Path, str]:
    """Each document of this station by its file."""
    firsts = sorted(folder.glob("fallback*.xml"))
    return {
        folder / Path(names.file(f"/{first.name}")).name: names.fallback(first.read_text(encoding="utf-8"))
        for first in firsts
    }


def missing(names: StationNames, folder: Path = FOLDER) -> list[Path]:
    """The files that are not there, or are out of date."""
    return [
        file
        for file, text in documents(names, folder).items()
        if not file.exists() or file.read_text(encoding="utf-8") != text
    ]


def write(names: StationNames, folder: Path = FOLDER) -> None:
    """Makes the missing files. OSError if the folder cannot be written."""
    texts = documents(names, folder)
    for file in missing(names, folder):
        file.write_text(texts[file], encoding="utf-8")
        file.chmod(0o644)  # the web server reads it
