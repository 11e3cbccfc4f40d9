/**
 * Characters that JSON does not escape, and that a terminal acts on, that end a line for some readers, or that hide or
 * reorder text: Unicode's categories control (DEL and C1), format (such as U+202E), line and paragraph separator.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Escapes what JSON leaves as it is. @param json text without line breaks */
export function escapeUnsafe(json: string): string {
  return json.replace(unsafe, (character) =>
    character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}

/** ASCII without the characters that JSON escapes (RFC 8259, section 7). */
const plain = /^[ !#-[\]-~]*$/;

/** A text as JSON for the log. */
export function quoted(text: string): string {
  return plain.test(text) ? `"${text}"` : escapeUnsafe(JSON.stringify(text.toWellFormed()));
}

/** @param maxLength in characters */
export function cut(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
