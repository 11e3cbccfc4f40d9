/**
 * Removes the sentences and clauses of comments that mention something, and comments that consist of only such clauses.
 *
 * @param isLeftOut whether a clause mentions it
 */
export function leaveOutOfComments(text: string, isLeftOut: (clause: string) => boolean): string {
  return text
    .replaceAll(/^( *)\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n/gm, (block, indent: string) =>
      isLeftOut(block) ? shorterBlock(block, indent, isLeftOut) : block,
    )
    .replaceAll(/(?:^ *\/\/ ?.*\n)+/gm, (lines) => (isLeftOut(lines) ? shorterLines(lines, isLeftOut) : lines));
}

function shorterBlock(block: string, indent: string, isLeftOut: (clause: string) => boolean): string {
  const content = block
    .trimEnd()
    .replace(/\s*\*\/$/, '')
    .replace(/^ *\/\*\*(\n *\*)? ?/, '')
    .replaceAll(/\n *\* ?/g, '\n');
  const kept = content
    .split(/\n(?=@|\n)/)
    .map((part) => shorter(part, isLeftOut))
    .filter((part) => part !== undefined)
    .join('\n')
    .trim();
  if (kept === '') return '';
  const lines = kept.split('\n').map((line) => `${indent} * ${line}`.trimEnd());
  return kept.includes('\n') ? `${indent}/**\n${lines.join('\n')}\n${indent} */\n` : `${indent}/** ${kept} */\n`;
}

function shorterLines(block: string, isLeftOut: (clause: string) => boolean): string {
  const indent = /^ */.exec(block)?.[0] ?? '';
  const content = block
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^ *\/\/ ?/, ''))
    .join('\n');
  const paragraphs = content.split(/\n\n+/).flatMap((part) => shorter(part, isLeftOut) ?? []);
  return paragraphs
    .join('\n\n')
    .split('\n')
    .map((line) => (paragraphs.length === 0 ? '' : `${`${indent}// ${line}`.trimEnd()}\n`))
    .join('');
}

/** @returns undefined when nothing is left */
function shorter(part: string, isLeftOut: (clause: string) => boolean): string | undefined {
  if (!isLeftOut(part)) return part;
  const [, tag = '', rest = part] = /^(\s*@\w+ \w+ )([\s\S]*)$/.exec(part) ?? [];
  if (isLeftOut(tag)) return undefined;
  let kept = '';
  for (const clause of rest.split(/(?<=[.;:])\s+|(?=, such as )/)) {
    if (!isLeftOut(clause)) kept += kept === '' || clause.startsWith(',') ? clause : ` ${clause}`;
    // Removing the clause makes the previous one the end of the sentence.
    else if (kept !== '' && clause.endsWith('.')) kept = kept.replace(/[.;:]?$/, '.');
  }
  return kept.trim() === '' ? undefined : tag + kept;
}
