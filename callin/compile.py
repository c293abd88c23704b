"""Compiles code and templates before a deployment, so that no new instance has to: `python -m callin.compile`.

App Engine compiles the packages it installs, but not the app's own files, and there nothing can be written beside them
later. Run it with the Python that `app.yaml` names: another version's work is passed over, and so is what was compiled
from an older file, for each keeps a hash of its source. https://peps.python.org/pep-0552/
"""

from __future__ import annotations

import compileall
import re
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

from util import compile_templates

ROOT = Path(__file__).resolve().parent.parent
HASHED = PycInvalidationMode.CHECKED_HASH  # a deployment changes the files' times


def why_useless(version: tuple[int, int]) -> str:
    """A sentence when App Engine will pass over what this version of Python compiles; else empty."""
    found = re.search(r"^runtime: python(\d)(\d+)$", (ROOT / "app.yaml").read_text(encoding="utf-8"), re.MULTILINE)
    wanted = (int(found[1]), int(found[2])) if found else version
    if version == wanted:
        return ""
    here, there = (".".join(map(str, one)) for one in (version, wanted))
    return f"This is Python {here}, and app.yaml asks for {there}, which will pass over what was compiled just now."


def main() -> int:
    """1 when a file does not compile; it is named on stdout then."""
    done = [
        compileall.compile_file(ROOT / name, force=True, quiet=1, invalidation_mode=HASHED)
        for name in ("main.py", "util.py")
    ]
    done.append(compileall.compile_dir(ROOT / "callin", force=True, quiet=1, invalidation_mode=HASHED))
    compile_templates()
    if problem := why_useless(sys.version_info[:2]):
        sys.stderr.write(problem + "\n")
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
