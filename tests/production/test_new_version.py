"""The recorder's files: a page keeps them when a new version arrives, and fetches them again if that failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.pages import DeskPage
from tests.support.processes import wait_until
from tests.support.production import Bed
from tests.support.recorder import RecorderPanel

pytestmark = pytest.mark.browser

# No list of a page's requests has those of an audio worklet.
NOTE_MODULES = """
const { addModule } = AudioWorklet.prototype;
window.modulesForTest = [];
window.failuresForTest = 0;
AudioWorklet.prototype.addModule = async function (address) {
  try {
    await addModule.call(this, address);
  } catch (error) {
    window.failuresForTest += 1;
    throw error;
  }
  window.modulesForTest.push(address);
};
"""
LOADED = """() => [...performance.getEntriesByType("resource").map(({ name }) => name), ...window.modulesForTest]
  .map((address) => address.split("/").pop())"""
STATUSES = (
    """(names) => Promise.all(names.map((name) => fetch(`/static/built/${name}`).then(({ status }) => status)))"""
)


@pytest.fixture
def built(bed: Bed) -> Iterator[Path]:
    """The folder of the built files, which are all there again after the test."""
    folder = bed.app.code / "static/built"
    away = folder.with_name("former")
    for path in (folder, folder.parent):
        path.chmod(0o755)
    yield folder
    if away.is_dir():
        away.rename(folder)
    for path in (folder, folder.parent):
        path.chmod(0o555)


@pytest.fixture
def desk(bed: Bed, open_page: Callable[..., Page]) -> DeskPage:
    """Somebody who is signed in; the desk is not open yet."""
    page = open_page("/account", "dj")
    page.add_init_script(NOTE_MODULES)
    return DeskPage(page, bed.app.url)


def record(desk: DeskPage, times: int) -> None:
    desk.connect()
    desk.expect_air_state("standby")
    panel = RecorderPanel(desk.page)
    for count in range(1, times + 1):
        panel.start()
        panel.wait_until_recorded(1)
        panel.stop()
        expect(panel.rows).to_have_count(count)
        panel.close()
    desk.hang_up()


def test_a_page_that_was_open_when_a_new_version_arrived_makes_one_recording_after_the_other(
    built: Path, desk: DeskPage
) -> None:
    threads = {file.name for file in built.glob("recorder-*.js")}
    assert len(threads) == 2
    desk.page.goto(desk.url)
    desk.wait_until_ready()
    wait_until(lambda: threads <= set(desk.page.evaluate(LOADED)), why="the recorder's files are not loaded")
    built.rename(built.with_name("former"))
    desk.page.context.new_cdp_session(desk.page).send("Network.clearBrowserCache")
    assert desk.page.evaluate(STATUSES, sorted(threads)) == [404, 404]
    record(desk, times=2)


def test_files_that_did_not_come_with_the_page_are_fetched_again_at_record(built: Path, desk: DeskPage) -> None:
    threads = list(built.glob("recorder-*.js"))
    for file in threads:
        file.rename(file.with_suffix(".away"))
    try:
        desk.page.goto(desk.url)
        desk.wait_until_ready()
        wait_until(lambda: desk.page.evaluate("window.failuresForTest"), why="nothing was fetched")
    finally:
        for file in threads:
            file.with_suffix(".away").rename(file)
    record(desk, times=1)
