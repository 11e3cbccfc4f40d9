import { type DescField, ScalarType } from '@bufbuild/protobuf';
import { commentOf } from './comments.ts';

/** Keywords of JSON Schema. */
export interface Limits {
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
  /** The limits of the items of a list. */
  items?: Limits;
}

/** Unicode's category Cc. Not written as `\p{Cc}`, which not all languages support. */
const controls = '\\u0000-\\u001f\\u007f-\\u009f';
const controlsButTabAndLineFeed = '\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f';
const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';

type Rule = readonly [phrase: RegExp, limits: (first: number, second: number) => Limits];

const number = '(\\d[\\d,]*)';
const phrase = (text: string) => new RegExp(text.replaceAll('N', number));

/** The phrases of the protos' comments that limit a text. */
const textRules: readonly Rule[] = [
  [phrase('N to N code points'), (minLength, maxLength) => ({ minLength, maxLength })],
  [phrase('at most N code points'), (maxLength) => ({ maxLength })],
  [/(no|without) control characters(?! but)/, () => ({ pattern: `^[^${controls}]*$` })],
  [/no control characters but tab and line feed/, () => ({ pattern: `^[^${controlsButTabAndLineFeed}]*$` })],
  [/^(Since \S+ )?Empty or a UUID/, () => ({ pattern: '^([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})?$' })],
  [/usr-1, usr-2 and so on/, () => ({ pattern: '^usr-[1-9][0-9]{0,18}$' })],
  [
    /^An address as the web platform's e-mail input takes it/,
    () => ({
      maxLength: 254,
      pattern: `^[a-zA-Z0-9.!#$%&'*+/=?^_\`{|}~-]{1,64}@${label}(?:\\.${label})+$`,
    }),
  ],
];

const numberRules: readonly Rule[] = [
  [phrase('^N to N[.;]'), (minimum, maximum) => ({ minimum, maximum })],
  [phrase('a finite number from N to N'), (minimum, maximum) => ({ minimum, maximum })],
  [phrase('N or more'), (minimum) => ({ minimum })],
  [/a negative number is refused/, () => ({ minimum: 0 })],
];

const listRules: readonly Rule[] = [
  [phrase('^Up to N items'), (maxItems) => ({ maxItems })],
  [
    phrase('^At most N, each of 1 to N characters of a-z, 0-9, dot, underscore and hyphen'),
    (maxItems, length) => ({ maxItems, items: { pattern: `^[a-z0-9._-]{1,${length}}$` } }),
  ],
];

/** Matches `See User.email.` and `as in User.id`. */
const reference = /(?:^See|as in) (\w+)\.(\w+)/;

/**
 * The limits of a field. They are in its comment, in the comment of its message (`each part`), or in the comment of
 * another field to which its comment refers.
 */
export function limitsOf(field: DescField): Limits {
  const ofMessage = commentOf(field.parent);
  const comment = [commentOf(field), ...(ofMessage.includes('Each part ') ? [ofMessage] : [])].join('\n\n');
  const [, message, name] = reference.exec(comment) ?? [];
  const other = field.parent.file.messages
    .find((type) => type.name === message)
    ?.fields.find((one) => one.name === name);
  if (other !== undefined && other !== field) return limitsOf(other);
  const limits: Limits = {};
  for (const [pattern, make] of rulesFor(field)) {
    const found = pattern.exec(comment);
    if (found) Object.assign(limits, make(numberOf(found[1]), numberOf(found[2])));
  }
  // A comment such as `1 to 128 code points; empty to store nothing` allows the empty text.
  if (/\bempty\b/i.test(comment)) delete limits.minLength;
  return limits;
}

function rulesFor(field: DescField): readonly Rule[] {
  if (field.fieldKind === 'list') return listRules;
  if (field.fieldKind !== 'scalar') return [];
  return field.scalar === ScalarType.STRING ? textRules : numberRules;
}

function numberOf(text: string | undefined): number {
  return Number(text?.replaceAll(',', ''));
}

/** Whether a request must set the field: its comment requires it, or the limits exclude its default value. */
export function isRequired(field: DescField, limits: Limits): boolean {
  const excludesEmpty = limits.pattern !== undefined && !new RegExp(limits.pattern).test('');
  const isExcluded = (limits.minLength ?? 0) > 0 || (limits.minimum ?? 0) > 0 || excludesEmpty;
  return isExcluded || /without which the request is refused|^Names .* Without it/.test(commentOf(field));
}
