// Puts the moments on a page about callers into the reader's own time. Without it they stand there in UTC.

const WORDS = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

for (const moment of document.querySelectorAll("time[datetime]")) {
  const at = new Date(moment.dateTime);
  if (!Number.isNaN(at.getTime())) {
    moment.textContent = WORDS.format(at);
  }
}
