/**
 * Replaces the path of the Go module in descriptors, which Go and Python code contains as strings of bytes. Each string
 * and message in a descriptor starts with its length. The result is the same as that of the generators. (https://protobuf.dev/programming-guides/encoding/#length-types)
 *
 * @param quote of the literals: `"` in Go, `'` in Python
 */
export function replaceInDescriptors(text: string, from: string, to: string, quote: '"' | "'"): string {
  // FileOptions.go_package is field 11. The options are field 8 of the file, or a separate literal.
  const options = String.raw`((?:B|\\x42)${byte}{1,2})?`;
  const literal = new RegExp(`${options}Z(${byte}{1,2})(${RegExp.escape(from)}[\\w./;~-]*)`, 'g');
  return text.replace(literal, (all, before: string | undefined, length: string, found: string) => {
    const oldLength = decodeVarint(length);
    if (found.length < oldLength) return all;
    const value = to + found.slice(from.length, oldLength);
    const goPackage = `Z${encodeVarint(value.length, quote)}${value}`;
    // The next field follows. Its first byte may be a letter.
    const after = found.slice(oldLength);
    if (before === undefined) return goPackage + after;
    const [tag, ...old] = before.match(new RegExp(byte, 'g')) as [string, ...string[]];
    const growth = value.length - oldLength + varintBytes(value.length) - varintBytes(oldLength);
    const optionsLength = encodeVarint(decodeVarint(old.join('')) + growth, quote, tag.length > 1);
    return tag + optionsLength + goPackage + after;
  });
}

const byte = String.raw`(?:\\x[0-9a-f]{2}|\\[0-7]{3}|\\[nrt"'\\]|[ -~])`;

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function bytesOf(literal: string): number[] {
  const parts = literal.match(new RegExp(byte, 'g')) ?? [];
  return parts.map((part) => {
    if (!part.startsWith('\\')) return part.charCodeAt(0);
    if (part.startsWith('\\x')) return Number.parseInt(part.slice(2), 16);
    if (/^\\\d/.test(part)) return Number.parseInt(part.slice(1), 8);
    return (escapes[part[1] as string] ?? (part[1] as string)).charCodeAt(0);
  });
}

function decodeVarint(literal: string): number {
  return bytesOf(literal).reduce((value, part, i) => value + ((part & 0x7f) << (7 * i)), 0);
}

function varintBytes(value: number): number {
  return value < 0x80 ? 1 : 2;
}

function encodeVarint(value: number, quote: string, isAfterHex = false): string {
  const bytes = value < 0x80 ? [value] : [(value & 0x7f) | 0x80, value >> 7];
  return bytes.map((part) => encodeByte(part, quote, isAfterHex)).join('');
}

/** Encodes a byte. In Python, a digit after a hexadecimal escape must be escaped, too. */
function encodeByte(part: number, quote: string, isAfterHex: boolean): string {
  const char = String.fromCharCode(part);
  if (char === quote || char === '\\' || (char === '"' && quote === "'")) return `\\${char}`;
  const name = Object.keys(escapes).find((key) => escapes[key] === char);
  if (name !== undefined) return `\\${name}`;
  const isPlain = part >= 0x20 && part < 0x7f && !(isAfterHex && /[0-9a-f]/i.test(char));
  return isPlain ? char : `\\x${part.toString(16).padStart(2, '0')}`;
}
