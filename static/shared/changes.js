/* Applies an answer that has only what changed to the line as it was. Values in, values out. */

const MESSAGES_KEPT = 50; // as many as the app keeps
const CRC_POLYNOMIAL = 0xedb88320;
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    value = value & 1 ? (value >>> 1) ^ CRC_POLYNOMIAL : value >>> 1;
  }
  return value;
});

/** Whether the answer has only what changed. */
export function isChanges(answer) {
  return answer.since !== undefined;
}

/**
 * `status` with the changes of an answer applied; null when the two do not fit, and the whole status must be asked for.
 * Rows that did not change are the same objects as before.
 */
export function withChanges(status, answer) {
  if (!status || numberOf(status.mark) < numberOf(answer.since)) {
    return null; // what changed in between is not in the answer
  }
  const calls = callsNow(status.calls, answer);
  if (crc32(calls.map((call) => call.call_sid).join(" ")) !== answer.check) {
    return null;
  }
  const desks = replaced(status.desks, answer.desks, answer.gone_desks, "name").sort(byDesk);
  const chat = replaced(status.chat, answer.chat, [], "id").sort((one, other) => one.id - other.id);
  const live = new Set(calls.map((call) => call.call_sid));
  const left = endedNow(status.left ?? [], answer).filter((one) => !live.has(one.call_sid));
  return { ...status, ...answer, calls, desks, left, chat: chat.slice(-MESSAGES_KEPT) };
}

/**
 * The calls that ended lately, the latest first: those that did not change are the rows of before. Another instance may
 * remember a call that ended before ours was started: the page does without it.
 */
function endedNow(before, { left_rows: changed, left_order: order }) {
  if (!order) {
    return before;
  }
  const rows = new Map([...before, ...changed].map((row) => [row.call_sid, row]));
  return order.filter((sid) => rows.has(sid)).map((sid) => rows.get(sid));
}

/** A mark's number: of two answers, the later one has the higher. */
function numberOf(mark) {
  return Number(String(mark).split(".")[0]);
}

/** The rows in their order: those that did not change keep theirs, each other one goes to its `index`. */
function callsNow(before, { calls: changed, gone, shown }) {
  const calls = replaced(before, [], [...gone, ...changed.map((call) => call.call_sid)], "call_sid");
  for (const { index, ...call } of changed) {
    calls.splice(index, 0, call);
  }
  calls.length = Math.min(calls.length, shown); // the callers behind these are no longer shown
  let position = 0;
  return calls.map((call) => {
    position += call.position === null ? 0 : 1;
    return call.position === null || call.position === position ? call : { ...call, position };
  });
}

/** `before` without those whose key is `gone` or that changed, and with those that changed at the end. */
function replaced(before, changed, gone, key) {
  const out = new Set([...gone, ...changed.map((one) => one[key])]);
  return [...before.filter((one) => !out.has(one[key])), ...changed];
}

/** The air desk first, then the screeners' by their names, as the app has them. */
function byDesk({ name: one }, { name: other }) {
  if (one === "air" || other === "air") {
    return one === other ? 0 : one === "air" ? -1 : 1;
  }
  return one < other ? -1 : 1;
}

function crc32(text) {
  let crc = 0xffffffff;
  for (const byte of new TextEncoder().encode(text)) {
    crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 0xff];
  }
  return (crc ^ 0xffffffff) >>> 0;
}
