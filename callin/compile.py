"""Compiles code and templates before a deployment, so that new instances start faster: `python -m callin.compile`.

It also makes the fallback documents of a station with a STATION_PREFIX.

App Engine compiles installed packages, but not the app's own files, and its file system is read-only. Run this with the
Python that `app.yaml` names: it ignores what another version compiled. Each compiled file has a hash of its source, so
one that is out of date is ignored too. https://peps.python.org/pep-0552/
"""

from __future__ import annotations

import compileall
import re
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

from callin import config
from callin.model import StationNames
from callin.twilio.pointing import write_fallbacks
from util import compile_templates

ROOT = Path(__file__).resolve().parent.parent
HASHED = PycInvalidationMode.CHECKED_HASH  # a deployment changes the files' times


def why_useless(version: tuple[int, int]) -> str:
    """A sentence if App Engine will ignore what this version of Python compiles; otherwise empty."""
    found = re.search(r"^runtime: python(\d)(\d+)$", (ROOT / "app.yaml").read_text(encoding="utf-8"), re.MULTILINE)
    wanted = (int(found[1]), int(found[2])) if found else version
    if version == wanted:
        return ""
    here, there = (".".join(map(str, one)) for one in (version, wanted))
    return f"This is Python {here}, but app.yaml asks for {there}, which will ignore these compiled files."


def main() -> int:
    """The exit status: 1 if a file does not compile, which is then named on stdout."""
    done = [
        compileall.compile_file(ROOT / name, force=True, quiet=1, invalidation_mode=HASHED)
        for name in ("main.py", "util.py")
    ]
    done.append(compileall.compile_dir(ROOT / "callin", force=True, quiet=1, invalidation_mode=HASHED))
    compile_templates()
    write_fallbacks(StationNames(config.read_only("STATION_PREFIX")["STATION_PREFIX"]))
    if problem := why_useless(sys.version_info[:2]):
        sys.stderr.write(problem + "\n")
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
