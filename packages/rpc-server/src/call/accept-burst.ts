/**
 * Whether connections are being accepted. libuv accepts one in each turn of the event loop, so that a hundred that come
 * at once need a hundred turns, and the last of them waits for all. Work that can wait leaves these turns short.
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
