/** Sorts the lines of a text by their keys. */
export function sortLines(text: string, keyOf: (line: string) => string): string {
  const lines = text.split(/(?<=\n)/);
  return lines.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).join('');
}
