/**
 * Parses the arguments of a command without options: prints its usage for `--help`, and refuses everything else.
 *
 * @returns the exit code; undefined without arguments, so that the command continues
 */
export function withoutOptions(
  usage: string,
  args: readonly string[],
  { stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>,
): number | undefined {
  const [first] = args;
  if (first === undefined) return undefined;
  const isAsked = first === '--help' || first === '-h';
  (isAsked ? stdout : stderr).write(isAsked ? usage : `Unexpected argument ${first}.\n\n${usage}`);
  return isAsked ? 0 : 1;
}
