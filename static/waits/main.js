/* The page of waits: follows the line as the desk does, and draws it and the day behind it. */

import { LiveLine } from "../shared/live.js";
import { showNewMessages } from "../shared/new-messages.js";
import { ServerClock } from "../shared/server-clock.js";
import { setData, setText } from "../shared/text.js";
import { liveWord, notLive } from "../shared/words.js";
import { DaySheet } from "./day-sheet.js";
import { LineSheet } from "./line-sheet.js";
import { Paint, watchLooks } from "./paint.js";
import { BARS_GO_ON } from "./words.js";

const SHOW_HOURS = 4; // the app's median of the show is that of this many hours
const TICK_MS = 1000;
const ALL_AFRESH_MS = 30_000; // the median moves on while nobody comes or goes

const page = document.querySelector("[data-waits]");
const part = (name) => page.querySelector(`[data-waits-part="${name}"]`);
const clock = new ServerClock();
const paint = new Paint(page);
const lineSheet = new LineSheet(page.querySelector("[data-chart-of=line]"), paint, clock);
const daySheet = new DaySheet(page.querySelector("[data-chart-of=day]"), page.dataset.dayUrl, paint, clock, dayHeard);
let stages = "";

const line = new LiveLine(page.dataset.statusUrl, clock, { updated, changed, isNeeded: () => false });

function updated(status) {
  lineSheet.show(status);
  showNewMessages(status);
  const now = status.calls.map((call) => `${call.call_sid} ${call.stage}`).join();
  if (now !== stages) {
    stages = now;
    daySheet.soon();
  }
}

/* The two charts tell the same median, though the line may have been quiet since it was last asked. */
function dayHeard(day, hours) {
  if (hours === SHOW_HOURS) {
    lineSheet.showMedian(day.median_wait_seconds);
  }
}

function changed(live) {
  setData(page, "stale", live.isLive ? "no" : "yes");
  setData(part("live"), "live", live.isLive ? "yes" : "no");
  setText(part("live-word"), liveWord(live));
  setText(part("live-banner"), notLive(live, BARS_GO_ON));
}

watchLooks(() => {
  paint.read();
  lineSheet.repaint();
  daySheet.repaint();
});
setInterval(() => {
  if (!document.hidden) {
    lineSheet.tick();
  }
}, TICK_MS);
setInterval(() => {
  if (!document.hidden) {
    line.refresh();
  }
}, ALL_AFRESH_MS);

line.start(JSON.parse(page.dataset.status));
// The app reads the past when the day is first asked for, and knows the show's median from then on.
daySheet.ask().then(() => line.refresh());
