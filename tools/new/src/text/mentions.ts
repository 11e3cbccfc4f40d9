/** The words of a name or a text, in lower case and in the singular: `maxRolesLength` has max, role and length. */
function wordsOf(text: string): string[] {
  return text
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .map((word) => word.replace(/(?<=ss)es$|(?<=[^s])s$/, ''));
}

/**
 * @param fields in snake case, such as `zip_code`
 * @returns whether a name or a text mentions one of the fields, in the singular or the plural
 */
export function mentionsField(fields: readonly string[]): (text: string) => boolean {
  const sought = fields.map(wordsOf);
  return (text) => {
    const words = wordsOf(text);
    return sought.some((field) => words.some((_, at) => field.every((part, i) => words[at + i] === part)));
  };
}

/** @returns whether a name or a text mentions an older version of the API of a resource, such as `user.v1` */
export function mentionsVersion(versions: readonly string[]): (text: string, isName: boolean) => boolean {
  return (text, isName) =>
    versions.some((version) =>
      isName ? wordsOf(text).includes(version) : new RegExp(`(?:\\w[./]|-)${version}\\b|^${version} `).test(text),
    );
}
