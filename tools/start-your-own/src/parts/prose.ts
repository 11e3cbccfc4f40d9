/**
 * Removes a part from one or more sentences: the item of an enumeration ("Go, Python and a browser"), or else each
 * sentence that names the part.
 *
 * @param text on one line
 * @param names finds the names of the part
 * @returns undefined when nothing is left
 */
export function proseWithout(text: string, names: RegExp): string | undefined {
  let rest = text;
  for (let shorter = withoutItem(rest, names); shorter !== undefined; shorter = withoutItem(rest, names))
    rest = shorter;
  if (!names.test(rest)) return rest;
  const kept = sentencesOf(rest).filter((sentence) => !names.test(sentence));
  if (kept.length === 0) return undefined;
  return kept
    .join(' ')
    .trim()
    .replace(/[;,]$/, rest.trimEnd().endsWith('.') ? '.' : '');
}

/** Removes a part from enumerations. */
export function withoutItems(text: string, names: RegExp): string {
  const shorter = withoutItem(text, names);
  return shorter === undefined ? text : withoutItems(shorter, names);
}

export function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.!?;][)`*"]?)\s+(?=[A-Z`[("'*\d])/);
}

interface Token {
  readonly text: string;
  readonly kind: 'word' | 'separator' | 'end';
}

/** Splits a text into tokens, each with the space before it, so that the remaining tokens can simply be joined. */
function tokensOf(text: string): Token[] {
  const found = text.match(/\s*(?:\[[^\]]*\]\([^)]*\)|`[^`]*`|\*\*[^*]*\*\*|[^\s,;:()]+|[,;:()])/g) ?? [];
  return found.flatMap((token): Token[] => {
    const [, word, end] = /^(\s*\S.*?)([.!?]+)$/s.exec(token) ?? [];
    if (/^\s*(,|and|or|und)$/.test(token)) return [{ text: token, kind: 'separator' }];
    if (/^\s*[;:()]$/.test(token)) return [{ text: token, kind: 'end' }];
    return word !== undefined && end !== undefined && !/[`)]$/.test(end)
      ? [
          { text: word, kind: 'word' },
          { text: end, kind: 'end' },
        ]
      : [{ text: token, kind: 'word' }];
  });
}

/** The words that an item may have before and after the name of the part: "the Python package". */
const longestItem = 3;

/** @returns undefined when no enumeration contains the part */
function withoutItem(text: string, names: RegExp): string | undefined {
  const tokens = tokensOf(text);
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== 'word' || !names.test(token.text)) continue;
    const shorter = withoutItemAt(tokens, i);
    if (shorter === undefined) continue;
    const joined = shorter.map((part) => part.text).join('');
    return /^\s/.test(text) ? joined : joined.trimStart();
  }
  return undefined;
}

function withoutItemAt(tokens: readonly Token[], at: number): Token[] | undefined {
  const kindAt = (i: number) => tokens[i]?.kind ?? 'end';
  let before = at - 1;
  while (at - before <= longestItem && kindAt(before) === 'word') before -= 1;
  let after = at + 1;
  while (after - at <= longestItem && kindAt(after) === 'word') after += 1;
  const follows = kindAt(before) === 'separator';
  const precedes = kindAt(after) === 'separator';
  const next = tokens[after + 1];
  const opens = precedes && after === at + 1 && next !== undefined && isItem(tokens, after);
  if (follows && !(opens && before !== at - 1)) {
    const isLast = /and|or/.test(tokens[before]?.text ?? '');
    // "Go and Python programs" keeps its programs, "the Go module and the Python package" loses its package.
    const sharesNoun = before === at - 1 && isLast && !/`$/.test(tokens[before - 1]?.text ?? '');
    const isWhole = isLast ? kindAt(after) === 'end' && !sharesNoun : kindAt(after) !== 'word';
    const version = /^\s*\d[\d.]*$/.test(tokens[at + 1]?.text ?? '') ? 1 : 0;
    const stop = isWhole ? after : at + 1 + version;
    const kept = [...tokens.slice(0, before)];
    // "A, B and Python" becomes "A and B"; with a comma before "and" too.
    if (isLast && kept.at(-1)?.text === ',') kept.pop();
    if (isLast) joinLastItem(kept, tokens[before] as Token);
    return [...kept, ...tokens.slice(stop)];
  }
  if (opens) {
    const space = /^\s*/.exec(tokens[at]?.text ?? '')?.[0] ?? '';
    return [...tokens.slice(0, at), { ...next, text: space + next.text.trimStart() }, ...tokens.slice(after + 2)];
  }
  return undefined;
}

/** Whether a separator is followed by one more item, and not by a clause: by a name, or by a word and a separator. */
function isItem(tokens: readonly Token[], separator: number): boolean {
  const text = tokens[separator + 1]?.text ?? '';
  if (/and|or/.test(tokens[separator]?.text ?? '')) return /^\s*[A-Z`[@]/.test(text);
  return tokens[separator + 2]?.kind === 'separator';
}

/** Replaces the last comma of an enumeration by the "and" that its new last item needs. */
function joinLastItem(kept: Token[], and: Token): void {
  for (let i = kept.length - 1; i > 0 && kept.length - i <= longestItem + 1; i -= 1) {
    const token = kept[i] as Token;
    if (token.kind === 'end') return;
    if (token.kind === 'separator') {
      const isClause = /^\s*(which|who|that|so|because|as|where|when|while|but|then|to|for|with|in|by)$/;
      if (token.text === ',' && i < kept.length - 1 && !isClause.test(kept[i + 1]?.text ?? '')) kept[i] = and;
      return;
    }
  }
}

/** Breaks a text into lines of at most 120 columns; words stay whole. */
export function fill(text: string, first: string, prefix: string): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.trim().split(/\s+/)) {
    if (!isEmpty && [...line].length + 1 + [...word].length > 120) {
      lines.push(line);
      line = prefix;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
