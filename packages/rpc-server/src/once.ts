/**
 * A value that its first use makes. Errors of Connect are made so: the first one loads Node's `Headers`, which takes 12
 * MB, and a service that waits for its first call does without.
 */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
