/** A release was refused. The message lists the reasons, each with a remedy. */
export class ReleaseError extends Error {
  override readonly name = 'ReleaseError';

  /** @param problems each on one line */
  constructor(title: string, problems: readonly string[]) {
    super([title, ...problems.map((problem) => `- ${problem}`)].join('\n'));
  }
}
