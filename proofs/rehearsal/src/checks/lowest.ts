/**
 * @returns the lowest version of a range such as `1.25.0`, `^2.5.0`, `<8,>=6.31.1` or `v1.64.0`, spelled as in the
 *   range
 */
export function lowestOf(ranges: Readonly<Record<string, string>>, name: string): string {
  const version = /(?:^|\^|>=|v)(\d[\d.]*)/.exec(ranges[name] ?? '')?.[1];
  if (version === undefined) throw new Error(`the artefact declares no version of ${name}`);
  return version;
}

/**
 * @param attempt an installation that must fail
 * @param reason matches the reason in the output of the package manager
 * @returns the matched text
 */
export async function refusal(attempt: Promise<unknown>, reason: RegExp): Promise<string> {
  const output = await attempt.then(
    () => Promise.reject(new Error('the installation succeeded')),
    (error: Error) => error.message,
  );
  const flattened = output.replace(/(npm error|\s)+/g, ' ');
  const found = reason.exec(flattened)?.[0];
  if (found === undefined) throw new Error(`the installation failed, but not with ${reason}:\n${output}`);
  return found;
}
