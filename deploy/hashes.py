"""Writes the hashes of each pinned package's files into the requirements files, after they change.

`make hashes INDEX=https://…` names the address of the package index's simple interface, as pip's `--index-url` does.

With hashes pip refuses every file whose hash is not listed, wherever it comes from.
https://pip.pypa.io/en/stable/topics/secure-installs/
"""

from __future__ import annotations

import json
import re
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
JSON_FORM = "application/vnd.pypi.simple.v1+json"
"""https://packaging.python.org/en/latest/specifications/simple-repository-api/"""

PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;#]+)(?P<marker> *;[^#\n]*?)? *(?P<why>#[^\n]*)?$", re.MULTILINE)
OLD_HASHES = re.compile(r" \\\n(?: +--hash=\S+(?: \\\n)?)+")
PYTHONS = re.compile(r"-(?:py2\.py3|py3|py2\.py3\.py4|cp3|cp311|cp312|cp313|cp314|cp3\d+-abi3)(?:[-.])")
SYSTEMS = re.compile(r"(none-any|manylinux.*(x86_64|aarch64)|macosx.*(x86_64|arm64|universal2))\.whl$")


def is_wanted(file: str) -> bool:
    """Whether a station or a developer might install this file: on Linux or macOS, with Python 3.11 to 3.14.

    >>> is_wanted("six-1.17.0-py2.py3-none-any.whl"), is_wanted("six-1.17.0.tar.gz")
    (True, True)
    >>> is_wanted("yarl-1.25.1-cp313-cp313-win_amd64.whl"), is_wanted("yarl-1.25.1-cp313-cp313t-macosx_11_0_arm64.whl")
    (False, False)
    """
    if file.endswith(".tar.gz"):
        return True
    return bool(PYTHONS.search(file) and SYSTEMS.search(file)) and not re.search(r"-cp\d+t-", file)


def files_of(index: str, name: str) -> list[dict[str, Any]]:
    """The files of a package in the index with that address."""
    normal = re.sub(r"[-_.]+", "-", name).lower()
    request = urllib.request.Request(f"{index.rstrip('/')}/{normal}/", headers={"Accept": JSON_FORM})
    with urllib.request.urlopen(request, timeout=60) as answer:
        found: list[dict[str, Any]] = json.load(answer)["files"]
    return found


def hashes_of(index: str, pin: tuple[str, str]) -> list[str]:
    """The sorted SHA-256 of the wanted files of that version. LookupError if there is none."""
    name, version = pin
    # The version is between dashes in a wheel's name, and before the suffix in a source archive's.
    of_version = re.compile(rf"^[A-Za-z0-9_.]+(?:-[A-Za-z0-9_.]+)*?-{re.escape(version)}(?:-|\.tar\.gz$)")
    files = [one for one in files_of(index, name) if of_version.match(one["filename"]) and is_wanted(one["filename"])]
    if not files:
        raise LookupError(f"The index has no file of {name} {version}.")
    return sorted({one["hashes"]["sha256"] for one in files})


def with_hashes(text: str, hashes: dict[tuple[str, str], list[str]]) -> str:
    """The requirements with these hashes in place of those that they had."""

    def line(found: re.Match[str]) -> str:
        lines = [f"{found['name']}=={found['version']}{found['marker'] or ''}"]
        lines += [f"    --hash=sha256:{one}" for one in hashes[found["name"], found["version"]]]
        why = f"{found['why']}\n" if found["why"] else ""  # on its own line: no comment may stand between hashes
        return why + " \\\n".join(lines)

    return PIN.sub(line, OLD_HASHES.sub("", text))


def main() -> int:
    """The command. 0 if all files have their hashes, 1 with a sentence if a package was not found."""
    files = sorted(ROOT.glob("requirements*.txt"))
    texts = {file: OLD_HASHES.sub("", file.read_text(encoding="utf-8")) for file in files}
    pins = sorted({(found["name"], found["version"]) for text in texts.values() for found in PIN.finditer(text)})
    try:
        with ThreadPoolExecutor(8) as threads:
            hashes = dict(zip(pins, threads.map(partial(hashes_of, sys.argv[1]), pins), strict=True))
    except (OSError, LookupError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for file, text in texts.items():
        file.write_text(with_hashes(text, hashes), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
