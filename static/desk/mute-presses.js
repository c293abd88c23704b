/* Buttons outside the tab that press Mute on the desk that this page holds: the server counts these presses. */

export class MutePresses {
  #counted = null; // the server's last count; null before the first

  /**
   * What the line said of the desk; mutes or unmutes the phone if there were presses since. `isOnOtherLines`: calls on
   * lines 2 to 4 go on, also while the first is cut off.
   */
  update({ desk, whose }, phone, isOnOtherLines) {
    const { mute_presses: counted = 0, mute_set: state = "", mute_set_at: setAt = 0 } = desk;
    const isHeld = (phone.isAnswered && whose === "mine") || isOnOtherLines;
    if (isHeld && this.#counted !== null && counted !== this.#counted) {
      const isSet = setAt > this.#counted;
      const before = isSet ? state === "on" : phone.muted;
      phone.mute((counted - (isSet ? setAt : this.#counted)) % 2 ? !before : before);
    }
    this.#counted = counted;
  }
}
