/* One of the other lines: its phone, its desk as the server knows it, and who is being added. */

export class Line {
  phone;
  desk = null;
  /** The caller that is being added (a row), or null. */
  joining = null;
  joinUntil = 0;
  isAsked = false;
  triedAt = 0;
  idleSince = 0;
  restUntil = 0;

  constructor(name) {
    this.name = name;
  }
}
