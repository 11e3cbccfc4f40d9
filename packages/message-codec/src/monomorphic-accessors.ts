/** A message, or what one is made from, by its property names. */
export type Fields = Record<string, unknown>;

/** Reads and writes one property. */
export interface Accessor {
  readonly get: (message: Fields) => unknown;
  readonly set: (message: Fields, value: unknown) => void;
}

/** Makes a message with the properties of another. */
export type Clone = (message: Fields) => Fields;

/** An accessor of a property, for one field of one message type. */
export function accessorOf(name: string): Accessor {
  const make = accessors[madeAccessors++ % accessors.length] as (name: string) => Accessor;
  return make(name);
}

/** A function that clones the messages of one type. */
export function newClone(): Clone {
  return clones[madeClones++ % clones.length] as Clone;
}

let madeAccessors = 0;
let madeClones = 0;

/*
 * V8 notes the shapes of objects that a function has seen for each place in the source. A place that sees messages of all types is
 * several times slower than one that sees a single type, so every field and type has a place of its own, while they last.
 */
// biome-ignore format: one place a line
const accessors: readonly ((name: string) => Accessor)[] = [
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
  (n) => ({ get: (m) => m[n], set: (m, v) => { m[n] = v; } }),
];

// biome-ignore format: one place a line
const clones: readonly Clone[] = [
  (m) => ({ ...m }), (m) => ({ ...m }), (m) => ({ ...m }), (m) => ({ ...m }), (m) => ({ ...m }), (m) => ({ ...m }),
  (m) => ({ ...m }), (m) => ({ ...m }), (m) => ({ ...m }), (m) => ({ ...m }), (m) => ({ ...m }), (m) => ({ ...m }),
  (m) => ({ ...m }), (m) => ({ ...m }), (m) => ({ ...m }), (m) => ({ ...m }), (m) => ({ ...m }), (m) => ({ ...m }),
  (m) => ({ ...m }), (m) => ({ ...m }), (m) => ({ ...m }), (m) => ({ ...m }), (m) => ({ ...m }), (m) => ({ ...m }),
];
