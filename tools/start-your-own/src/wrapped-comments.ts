/** A paragraph of a comment in a proto: its lines without the marks, before and after they were wrapped. */
interface Wrapped {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** The paragraphs of comments that differ in their line breaks only. */
export function wrappedComments(before: string, after: string): Wrapped[] {
  const [old, now] = [paragraphsIn(before), paragraphsIn(after)];
  return old.flatMap((lines, i) => {
    const wrapped = now[i] ?? [];
    const isSame = lines.join(' ') === wrapped.join(' ');
    return isSame && lines.join('\n') !== wrapped.join('\n') ? [{ before: lines, after: wrapped }] : [];
  });
}

function paragraphsIn(proto: string): string[][] {
  const paragraphs = proto.match(/(?:^ *\/\/ .*\n)+/gm) ?? [];
  return paragraphs.map((lines) => [...lines.matchAll(/\/\/ (.*)\n/g)].map(([, text = '']) => text));
}

/** Wraps comments of code that was generated from protos where the comments of the protos are wrapped. */
export function wrapLike(comments: readonly Wrapped[], code: string): string {
  return comments.reduce((text, { before, after }) => {
    const lines = before.map((line) => RegExp.escape(line)).join('\\n[ \\t]*(?:// )?');
    return text.replace(new RegExp(`^([ \\t]*)(// |""")?${lines}$`, 'gm'), (_, indent: string, mark = '') => {
      const next = mark === '// ' ? mark : '';
      return after.map((line, i) => indent + (i === 0 ? mark : next) + line).join('\n');
    });
  }, code);
}
