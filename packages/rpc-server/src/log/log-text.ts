/**
 * Characters that JSON does not escape, although they control a terminal, end a line for some readers, or hide or
 * reorder text: Unicode's categories control (DEL and C1), format (such as U+202E), and line and paragraph separators.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Escapes unsafe characters that JSON does not escape. @param json text without line breaks */
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
