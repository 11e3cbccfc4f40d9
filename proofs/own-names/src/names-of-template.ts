/**
 * Matches the names of this repository. They are spelled out here, so that this check does not depend on the code of
 * the command. E-mail addresses of example.com are excluded, and so are the www.example.com of RFC 7541 and
 * `example.com_4fghdhgsrgh` of google.rpc.
 */
const nameOfTemplate =
  /(?<!@|\bwww\.)\bexample\.com(?!_4f)|(?<!\w)@example\/|@example[:%]|example-protos|example_protos|Example Authors|github\.com\/example(?![\w-])|start-your-own/;

/**
 * @param prefix of the names of proto packages
 * @returns the lines that name a package without it
 */
export function unprefixedIn(prefix: string, path: string, text: string): string[] {
  // The descriptors in Python code have escapes in the names.
  const own = prefix.replaceAll('.', '[./]');
  const name = new RegExp(`(?<![\\w-]|${own}[./]|AddSerialized.*)(user|order)[./]v\\d`);
  return `${path}\n${text}`.split('\n').flatMap((line) => (name.test(line) ? [`${path}: ${line}`] : []));
}

/**
 * @param similar matches names that only resemble the template's
 * @returns the lines that contain one of the names; the path counts as a line
 */
export function namesOfTemplateIn(path: string, text: string, similar = /^$/g): string[] {
  const lines = `${path}\n${text}`.replace(similar, '').split('\n');
  return lines.filter((line) => nameOfTemplate.test(line)).map((line) => `${path}: ${line}`);
}
