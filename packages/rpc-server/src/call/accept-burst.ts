/**
 * Whether connections are being accepted. libuv accepts one connection in each turn of the event loop. If a hundred
 * arrive at once, the last one waits for a hundred turns. Work that can wait is therefore postponed, to keep these
 * turns short.
 */
class AcceptBurst {
  isUnderWay = false;
  #acceptedInTurn = false;

  /** A connection has been accepted. */
  onAccept(): void {
    this.#acceptedInTurn = true;
    if (this.isUnderWay) return;
    this.isUnderWay = true;
    setImmediate(this.#onTurn);
  }

  readonly #onTurn = (): void => {
    this.isUnderWay = this.#acceptedInTurn;
    this.#acceptedInTurn = false;
    if (this.isUnderWay) setImmediate(this.#onTurn);
  };
}

export const acceptBurst = new AcceptBurst();
