import type { HeaderField } from '../headers/header-field.ts';

/** The dynamic table of a decoder: RFC 7541, sections 2.3.2 and 4. */
export class DynamicTable {
  /** Incremented whenever the table changes. */
  version = 0;
  /** The fields in order of insertion. The entries before `#oldest` have been evicted. */
  #fields: (HeaderField | undefined)[] = [];
  #oldest = 0;
  #size = 0;
  #maxSize: number;

  /** @param maxSize the limit of the size, in bytes as defined in RFC 7541, section 4.1 */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /** @param index 0 for the newest field */
  at(index: number): HeaderField | undefined {
    const place = this.#fields.length - 1 - index;
    return place < this.#oldest ? undefined : this.#fields[place];
  }

  /** RFC 7541, section 4.4: a field larger than the table empties it. */
  insert(field: HeaderField): void {
    this.version++;
    this.#evictTo(this.#maxSize - field.size);
    if (field.size > this.#maxSize) return;
    this.#fields.push(field);
    this.#size += field.size;
  }

  /** Changes the size limit, and evicts the oldest fields: RFC 7541, section 4.3. */
  resize(maxSize: number): void {
    this.version++;
    this.#maxSize = maxSize;
    this.#evictTo(maxSize);
  }

  #evictTo(size: number): void {
    while (this.#size > 0 && this.#size > size) {
      this.#size -= (this.#fields[this.#oldest] as HeaderField).size;
      this.#fields[this.#oldest++] = undefined;
    }
    // Removes the evicted entries in batches, to keep the cost per insertion small.
    if (this.#oldest > 128) {
      this.#fields = this.#fields.slice(this.#oldest);
      this.#oldest = 0;
    }
  }
}
