"""Memory while passwords are tried: each hash takes 19 MiB for a moment, and the real server gives it back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from tests.support.station import App, running_app
from tests.support.visitors import REHEARSAL_PASSWORD, Visitor, signed_in

AT_ONCE = 3
SIGN_INS = 60
MOST_GROWTH_MB = 25
"""One hash in progress, and a little more. It used to grow by 180 MB with 40 passwords."""


def memory_mb(pid: int) -> float:
    """What a process and its descendants hold."""
    total, family = 0.0, [pid]
    for one in family:
        for task in Path(f"/proc/{one}/task").iterdir():
            family += [int(child) for child in (task / "children").read_text(encoding="ascii").split()]
        status = Path(f"/proc/{one}/status").read_text(encoding="ascii")
        total += next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    return total / 1024


def server_memory_mb(app: App) -> float:
    assert app.program is not None
    return memory_mb(app.program.pid)


def test_memory_stays_flat_while_passwords_are_tried(tmp_path: Path) -> None:
    with running_app(tmp_path) as app:
        browser = signed_in(app.url)
        browser.fill_in("/sign-out")
        browser.get("/sign-in")  # from a known browser, because strangers' tries would soon be refused unchecked
        before = server_memory_mb(app)

        def sign_in(_: int) -> int:
            visitor = replace(browser, cookies=dict(browser.cookies))
            return visitor.fill_in("/sign-in", name="dj", password=REHEARSAL_PASSWORD).status

        with ThreadPoolExecutor(AT_ONCE) as executor:
            assert set(executor.map(sign_in, range(SIGN_INS))) == {303}
        assert Visitor(app.url).sign_in("dj", "a wrong password").status == 403
        assert server_memory_mb(app) - before < MOST_GROWTH_MB
