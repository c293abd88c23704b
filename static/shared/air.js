/* The names of the air desks: "air" is the first, and a console may have others, from "air-2" on. */

/** Whether it is the name of an air desk. */
export function isAirDesk(name = "") {
  return name === "air" || isExtraLine(name);
}

/** Whether it is one of a console's other lines: they take only callers that were added to them. */
export function isExtraLine(name = "") {
  return name.startsWith("air-");
}
