/** The maximum length of an integer's text, in characters. Longer texts take more than linear time to convert. */
const maxIntegerText = 1_000;

/** The digits of 2^64. */
const maxDigits = 20;

const number = /^-?([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/;

/** Whether a text is a JSON number, with leading zeros allowed as in most implementations of ProtoJSON. */
export function isNumberText(text: string): boolean {
  return number.test(text);
}

/** @param text such as `-1`, `1.0` or `1e3` @returns undefined for a fraction, or for far more than 64 bits */
export function exactInteger(text: string): bigint | undefined {
  const match = text.length > maxIntegerText ? null : number.exec(text);
  if (match === null) return undefined;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  const zeros = digits.length - digits.replace(/0+$/, '').length;
  const shift = Number(exponent) - fraction.length;
  if (digits === '') return 0n;
  if (-shift > zeros || digits.length + shift > maxDigits) return undefined;
  const integer = BigInt(shift < 0 ? digits.slice(0, shift) : digits + '0'.repeat(shift));
  return text.startsWith('-') ? -integer : integer;
}
