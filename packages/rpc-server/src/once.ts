/**
 * Creates a value when it is first used. Errors of Connect are created in this way, because the first error loads
 * Node's `Headers`, which takes 12 MB that an idle service can do without.
 */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
