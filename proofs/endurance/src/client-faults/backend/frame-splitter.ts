const headerBytes = 9;

/** Splits the bytes of an HTTP/2 connection in one direction into whole frames: RFC 9113, section 4.1. */
export class FrameSplitter {
  #rest: Buffer = Buffer.alloc(0);
  #prefaceBytes: number;

  /** @param prefaceBytes the length of the preface, which is returned before the first frame */
  constructor(prefaceBytes: number) {
    this.#prefaceBytes = prefaceBytes;
  }

  push(bytes: Buffer): Buffer[] {
    let rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const frames: Buffer[] = [];
    for (let length = this.#nextLength(rest); length <= rest.length; length = this.#nextLength(rest)) {
      frames.push(rest.subarray(0, length));
      rest = rest.subarray(length);
      this.#prefaceBytes = 0;
    }
    this.#rest = rest;
    return frames;
  }

  #nextLength(rest: Buffer): number {
    if (this.#prefaceBytes > 0) return this.#prefaceBytes;
    return rest.length < headerBytes ? headerBytes : headerBytes + rest.readUIntBE(0, 3);
  }
}
