"use strict";

// Signs every case of a JSON table on standard input with the npm package `twilio`, and checks one signature each:
// [{"token", "url", "params": {name: value or [values]}, "signature"}] gives [{"signature", "valid"}].

const { readFileSync } = require("node:fs");
const { getExpectedTwilioSignature, validateRequest } = require("twilio/lib/webhooks/webhooks");

const cases = JSON.parse(readFileSync(0, "utf8"));
const answers = cases.map(({ token, url, params, signature }) => ({
  signature: getExpectedTwilioSignature(token, url, params),
  valid: validateRequest(token, signature, url, params),
}));
process.stdout.write(JSON.stringify(answers));
