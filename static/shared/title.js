/* The tab's title, which several parts of a page have something to say in. */

const TITLE = document.title;
const PARTS = ["question", "alert", "state"]; // in this order, before the page's own name
const said = {};

/**
 * Puts words before the page's name: as "question", what somebody is asked, as "alert", what they should look at, or as
 * "state". "" takes them out.
 */
export function sayInTitle(part, words) {
  said[part] = words;
  const title = [...PARTS.map((name) => said[name]), TITLE].filter(Boolean).join(" · ");
  if (document.title !== title) {
    document.title = title;
  }
}
