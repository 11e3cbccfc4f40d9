/** @returns the lowest version of a range such as `1.25.0`, `^2.5.0`, `<8,>=6.31.1` or `v1.64.0`, as it is written there */
export function lowestOf(ranges: Readonly<Record<string, string>>, name: string): string {
  const version = /(?:^|\^|>=|v)(\d[\d.]*)/.exec(ranges[name] ?? '')?.[1];
  if (version === undefined) throw new Error(`the artefact says nothing of ${name}`);
  return version;
}

/**
 * @param attempt what must fail
 * @param word what the package manager must say of it
 * @returns the line that says it
 */
export async function refusal(attempt: Promise<unknown>, word: RegExp): Promise<string> {
  const said = await attempt.then(
    () => Promise.reject(new Error('it was installed')),
    (error: Error) => error.message,
  );
  const flowing = said.replace(/(npm error|\s)+/g, ' ');
  const found = word.exec(flowing)?.[0];
  if (found === undefined) throw new Error(`it was refused, but not with ${word}:\n${said}`);
  return found;
}
