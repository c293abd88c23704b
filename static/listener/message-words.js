/* What the part of the listener's page says that takes messages. */

export const RECORD_WORDS = Object.freeze({ start: "Record a voice note", stop: "Stop", again: "Record it again" });
export const MESSAGE_WORDS = Object.freeze({
  recording: "Speak now. Press Stop when you have finished.",
  recorded: "Listen to it, then send it.",
  discarded: "It is discarded. Nobody has it.",
  sending: "It is being sent.",
  sent: "Thank you. The studio has your message.",
  refused: "Your browser may not use the microphone. Press the sign beside this page’s address and allow it, or write your message.",
  failed: "No microphone was found, or something else uses it. You can write your message.",
  unsupported: "This browser cannot record. You can write your message.",
  silent: "Nothing was heard. Please try again, nearer to the microphone.",
  empty: "Please write something first.",
  noAnswer: "The station does not answer. Your message is still here: please try again in a moment.",
});
