/* Lists what a script says to people, by its syntax: `node sentences.mjs FILE…` prints {file: [words, …]} as JSON. */

import { readFileSync } from "node:fs";
import { parse } from "espree";

/* A word that begins with a capital, or several words: not a name in the code, a selector or an address. */
const SAID = /^[“(]?[A-Z][a-z’]+(?:[ …:.,?!]|$)|[A-Za-z’]+ [a-z’]+ [a-z’]+|[a-z’]{2,} [a-z’]+[.?!…]/;
const NAMES_OF_KEYS = new Set(["Escape", "Enter", "Tab", "Arrow"]);
/* These take selectors, names of events or of classes; an Error is read in a log. */
const CODE = new Set(["querySelector", "querySelectorAll", "matches", "closest", "addEventListener", "on", "Error"]);

function isSaid(text) {
  return SAID.test(text) && !NAMES_OF_KEYS.has(text);
}

/** The words in a node and below it. */
function wordsIn(node) {
  if (!node || typeof node.type !== "string" || node.type.startsWith("Import")) {
    return [];
  }
  if (node.type === "Literal") {
    return typeof node.value === "string" && isSaid(node.value) ? [node.value] : [];
  }
  if (node.type === "TemplateElement") {
    return isSaid(node.value.cooked.trim()) ? [node.value.cooked] : [];
  }
  if (node.type === "CallExpression" || node.type === "NewExpression") {
    const name = node.callee.property?.name ?? node.callee.name;
    const words = CODE.has(name) ? [] : node.arguments.flatMap(wordsIn);
    return [...wordsIn(node.callee), ...words, ...(CODE.has(name) ? node.arguments.filter(isFunction).flatMap(wordsIn) : [])];
  }
  const parts = Object.entries(node).filter(([key]) => key !== "parent" && !(key === "key" && !node.computed));
  return parts.flatMap(([, part]) => (Array.isArray(part) ? part : [part])).flatMap((part) => (part && typeof part === "object" ? wordsIn(part) : []));
}

function isFunction({ type }) {
  return type.endsWith("FunctionExpression");
}

const found = {};
for (const file of process.argv.slice(2)) {
  found[file] = wordsIn(parse(readFileSync(file, "utf8"), { ecmaVersion: "latest", sourceType: "module" }));
}
process.stdout.write(JSON.stringify(found));
