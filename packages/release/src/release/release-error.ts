/** A release that cannot be; the message says why and what to do. */
export class ReleaseError extends Error {
  override readonly name = 'ReleaseError';

  /** @param problems one a line */
  constructor(title: string, problems: readonly string[]) {
    super([title, ...problems.map((problem) => `- ${problem}`)].join('\n'));
  }
}
