/**
 * For a command that has no options: prints how it is used when it is asked to, or given any.
 *
 * @returns the exit code then, else undefined
 */
export function withoutOptions(
  usage: string,
  args: readonly string[],
  { stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>,
): number | undefined {
  const [first] = args;
  if (first === undefined) return undefined;
  const isAsked = first === '--help' || first === '-h';
  (isAsked ? stdout : stderr).write(isAsked ? usage : `There is no option ${first}.\n\n${usage}`);
  return isAsked ? 0 : 1;
}
