"""What the DJ's page is measured with: scripts that find where its controls are, and what is cut off or covered."""

from __future__ import annotations

from tests.support.looks import DRAWN

# The buttons of the first place take turns in it: they are measured as one. Rows and drawers are no part of this. The
# cards of the lines share their room: what is on them keeps its place while as many lines are in use, and on a phone
# while the same line is selected, which alone shows its faders and switches there.
_PLACES = """() => {
  scrollTo(0, 0);
  const selected = [...document.querySelectorAll(".lines > .air")].findIndex((one) => one.dataset.selected === "yes");
  const lines = `${document.querySelector(".dj").dataset.lines} lines${innerWidth < 960 ? ` and ${selected}` : ""}`;
  const drawers = "[data-air-card], .chat-drawer, .settings-list, .sound-panel";
  const inList = `[data-list-view], .question, .notices, .first-place > *, ${drawers}`;
  const controls = ".head a, .head button, .dj button, .dj summary, .dj label, .first-place";
  const known = (window.placesForTest ??= new Map());
  const places = {};
  for (const one of document.querySelectorAll(controls)) {
    if (!one.closest(inList) && one.checkVisibility() && !one.matches("[data-part-of-desk=air-edit]")) {
      known.set(one, known.get(one) ?? `${known.size} ${one.textContent.trim().slice(0, 20)}`);
      const { x, y, width, height } = one.getBoundingClientRect();
      const among = one.closest(".lines") ? ` with ${lines}` : "";
      places[known.get(one) + among] = [x, y, width, height];
    }
  }
  return places;
}"""
_CUT_CARDS = """() => [...document.querySelectorAll("[data-line-card]")]
  .filter((card) => card.checkVisibility() && card.scrollWidth > card.clientWidth)
  .map((card) => `${card.scrollWidth} px in ${card.clientWidth}: ${card.innerText}`)"""
_OUT_OF_SIGHT = """() => {
  const { top, bottom } = document.querySelector(".lines").getBoundingClientRect();
  const cut = [...document.querySelectorAll(".lines > .air, .lines button, .lines input")].filter((one) => {
    const place = one.getBoundingClientRect();
    return one.checkVisibility() && (place.top < top - 1 || place.bottom > bottom + 1);
  });
  return cut.map((one) => one.innerText || one.type);
}"""
_COVERED = """() => {
  const place = document.querySelector(".first-place");
  return [...place.children].filter((one) => one.checkVisibility()).flatMap((one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    const spots = [[left + 9, top + 9], [right - 9, top + 9], [left + 9, bottom - 9], [right - 9, bottom - 9]];
    return spots.map(([x, y]) => document.elementFromPoint(x, y)).filter((top) => !place.contains(top));
  }).map((one) => one?.outerHTML.slice(0, 80));
}"""
_CUT_BADGES = """() => {
  const isCut = (badge) => {
    const list = badge.parentElement.getBoundingClientRect();
    const { left, right, top, bottom, width } = badge.getBoundingClientRect();
    const isIn = left >= list.left - 1 && right <= list.right + 1 && top >= list.top - 1 && bottom <= list.bottom + 1;
    return width > 2 && (badge.scrollWidth > badge.clientWidth || (!isIn && top < list.bottom));
  };
  const shown = [...document.querySelectorAll(".dj .badge")].filter((badge) => badge.checkVisibility());
  return shown.filter(isCut).map((badge) => badge.textContent);
}"""
_CUT_PLACE = """() => {
  const { left, right, top, bottom } = document.querySelector(".first-place").getBoundingClientRect();
  const isIn = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
  return isIn ? [] : [`from ${left}, ${top} to ${right}, ${bottom}`];
}"""
# All of these in one request, because a test looks a hundred times. Answers the places, and what is wrong. It looks
# when two drawings are alike: a busy page is laid out for a new size or caller in more than one.
LOOK = f"""async () => {{
  const look = {_PLACES};
  let places = {{}};
  for (let before = null; JSON.stringify(places) !== before;) {{
    before = JSON.stringify(places);
    await {DRAWN};
    places = look();
  }}
  const complaints = {{
    "part of a card is cut off at its side": ({_CUT_CARDS})(),
    "a line is cut off": ({_OUT_OF_SIGHT})(),
    "a badge is cut off": ({_CUT_BADGES})(),
    "the first place is covered": ({_COVERED})(),
    "the first place is out of sight": ({_CUT_PLACE})(),
  }};
  return {{ places, complaints: Object.entries(complaints).filter(([, found]) => found.length > 0) }};
}}"""
# From where to where the words of the buttons below the large ones go, and the last button itself.
EDGES = """() => [...document.querySelectorAll(".apart > button")].map((one) => {
  const words = one.matches(".hang-up") ? one : one.querySelector("span:not(.knob)");
  return [one.getBoundingClientRect().left, words.getBoundingClientRect().right];
})"""
