/** Resolves after that many milliseconds. */
export function later(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
