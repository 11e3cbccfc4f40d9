/**
 * The names of this repository, spelled out, so that a check does not believe what the command believes. E-mail
 * addresses of example.com are none, nor is the www.example.com of RFC 7541; google.rpc has `example.com_4fghdhgsrgh`.
 */
const nameOfTemplate =
  /(?<!@|\bwww\.)\bexample\.com(?!_4f)|(?<!\w)@example\/|@example[:%]|example-protos|example_protos|Example Authors|github\.com\/example(?![\w-])|start-your-own/;

/**
 * @param similar finds names that are not meant
 * @returns the lines that have one of the names; the path is one of the lines
 */
export function namesOfTemplateIn(path: string, text: string, similar = /^$/g): string[] {
  const lines = `${path}\n${text}`.replace(similar, '').split('\n');
  return lines.filter((line) => nameOfTemplate.test(line)).map((line) => `${path}: ${line}`);
}
