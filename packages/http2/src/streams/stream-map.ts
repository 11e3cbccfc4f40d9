const minPlaces = 16;
const maxPlaces = 1_024;

/**
 * The open streams of a connection, by id. Not a `Map`, which builds a new table whenever many entries have been added
 * and deleted. V8 links each old table to the new one, and as soon as one old table is in the old generation, all later
 * tables and their streams stay in memory until the next full collection.
 */
export class StreamMap<S extends { readonly id: number }> {
  #places: (S | undefined)[] = new Array<S | undefined>(minPlaces).fill(undefined);
  /** Streams that found their place in `#places` occupied by another open stream. */
  readonly #others = new Map<number, S>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(id: number): S | undefined {
    const found = this.#places[this.#placeOf(id)];
    if (found !== undefined && found.id === id) return found;
    return this.#others.size === 0 ? undefined : this.#others.get(id);
  }

  /** @param stream whose id is not in the map */
  add(stream: S): void {
    this.#size++;
    if (this.#put(stream)) return;
    if (this.#size * 4 > this.#places.length && this.#places.length < maxPlaces) this.#grow();
    if (!this.#put(stream)) this.#others.set(stream.id, stream);
  }

  /** @returns false if the stream is not in the map */
  delete(stream: S): boolean {
    const place = this.#placeOf(stream.id);
    if (this.#places[place] === stream) this.#places[place] = undefined;
    else if (!this.#others.delete(stream.id)) return false;
    this.#size--;
    return true;
  }

  values(): S[] {
    return [...this.#places.filter((stream) => stream !== undefined), ...this.#others.values()];
  }

  /** Ids are halved, because all streams of a client have odd ids. */
  #placeOf(id: number): number {
    return (id >>> 1) & (this.#places.length - 1);
  }

  #put(stream: S): boolean {
    const place = this.#placeOf(stream.id);
    if (this.#places[place] !== undefined) return false;
    this.#places[place] = stream;
    return true;
  }

  #grow(): void {
    const streams = this.values();
    this.#places = new Array<S | undefined>(4 * this.#places.length).fill(undefined);
    this.#others.clear();
    for (const stream of streams) if (!this.#put(stream)) this.#others.set(stream.id, stream);
  }
}
