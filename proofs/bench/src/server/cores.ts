/** Servers run on one core, load clients on the other. */
export const serverCore = 0;
export const loadCore = 1;

/** The command that runs a program on one core. */
export function pinned(core: number, file: string, args: readonly string[]): [file: string, args: readonly string[]] {
  return ['taskset', ['-c', `${core}`, file, ...args]];
}
