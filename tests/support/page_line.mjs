/* Reads answers of `/queue-status`, a JSON text a line, and writes the line that a page has then; null if they do not fit. */

import { createInterface } from "node:readline";
import { isChanges, withChanges } from "../../static/shared/changes.js";

let status = null;
for await (const text of createInterface({ input: process.stdin })) {
  const answer = JSON.parse(text);
  if (!answer.unchanged) {
    status = isChanges(answer) ? withChanges(status, answer) : answer;
  }
  process.stdout.write(`${JSON.stringify(status)}\n`);
}
