import { Random } from '@example/kit/random';
import type { Field } from './random-hpack.ts';

const commonNames = [
  'accept',
  'accept-encoding',
  'authorization',
  'cache-control',
  'content-type',
  'cookie',
  'grpc-timeout',
  'range',
  'te',
  'user-agent',
  'x-request-id',
];
const commonValues = ['', '*/*', 'application/grpc', 'gzip, deflate', 'no-cache', '1000m', 'a'];
const nameCharacters = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz";
const longestValue = 300;

/** The fields from which most requests pick, because real clients repeat their fields, too. */
const usualFields = Array.from({ length: 500 }, (_, index) => randomField(Random.ofCase(0, index)));

/** Regular header fields that HTTP/2 allows: RFC 9113, section 8.2. */
export function randomFields(random: Random, most = 8): Field[] {
  return Array.from({ length: random.between(0, most) }, () =>
    random.chance(0.95) ? random.pick(usualFields) : randomField(random),
  );
}

/** One or two of ten fields, so that most blocks of a connection are equal. */
export function repeatedFields(random: Random): Field[] {
  return Array.from({ length: random.chance(0.7) ? 1 : 2 }, () => usualFields[random.between(0, 9)] as Field);
}

function randomField(random: Random): Field {
  const name = random.chance(0.7) ? random.pick(commonNames) : randomName(random);
  if (name === 'te') return [name, 'trailers'];
  return [name, random.chance(0.4) ? random.pick(commonValues) : randomValue(random)];
}

function randomName(random: Random): string {
  const length = random.between(1, 30);
  // The prefix avoids names with a meaning.
  return `x-${Array.from({ length }, () => nameCharacters[random.between(0, nameCharacters.length - 1)]).join('')}`;
}

/**
 * A value without control characters (RFC 9113, section 8.2.1). It has no white space at its ends, because the server
 * would drop the white space.
 */
function randomValue(random: Random): string {
  const length = random.chance(0.9) ? random.between(0, 40) : random.between(0, longestValue);
  const highest = random.chance(0.1) ? 0xff : 0x7e;
  const codes = Array.from({ length }, () => random.between(0x20, highest));
  return String.fromCharCode(...codes.map((code) => (code === 0x7f ? 0x09 : code))).replace(/^[ \t]+|[ \t]+$/g, '');
}
