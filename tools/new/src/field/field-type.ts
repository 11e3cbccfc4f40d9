import { UsageError } from '@example/kit/command-line';

/** How a protobuf type is stored: one entry for each type that a field of a stored resource can have. */
interface Scalar {
  readonly typescript: 'string' | 'number' | 'boolean';
  readonly sqlite: 'TEXT' | 'INTEGER' | 'REAL';
  readonly postgres: 'TEXT' | 'INTEGER' | 'BIGINT' | 'DOUBLE PRECISION';
  /** A valid value other than the default, as TypeScript code and as JSON. */
  readonly sample: string;
}

const text: Scalar = { typescript: 'string', sqlite: 'TEXT', postgres: 'TEXT', sample: "'green'" };
const scalars: Readonly<Record<string, Scalar>> = {
  string: text,
  bool: { typescript: 'boolean', sqlite: 'INTEGER', postgres: 'INTEGER', sample: 'true' },
  int32: { typescript: 'number', sqlite: 'INTEGER', postgres: 'INTEGER', sample: '7' },
  uint32: { typescript: 'number', sqlite: 'INTEGER', postgres: 'BIGINT', sample: '7' },
  double: { typescript: 'number', sqlite: 'REAL', postgres: 'DOUBLE PRECISION', sample: '2.5' },
};

/** The type of a field of a stored resource. */
export interface FieldType extends Scalar {
  readonly proto: string;
  readonly label: 'none' | 'optional' | 'repeated';
}

/** @throws {UsageError} for a type that the commands cannot store */
export function storedType(words: readonly string[]): FieldType {
  const [first = '', second] = words;
  const label = second === undefined ? 'none' : first;
  const scalar = scalars[second ?? first];
  const isKnown = label === 'none' || label === 'optional' || (label === 'repeated' && scalar === text);
  if (scalar === undefined || !isKnown || words.length > 2) {
    throw new UsageError(
      `a stored field can have the types ${Object.keys(scalars).join(', ')}, these with optional, and repeated string, ` +
        `not ${JSON.stringify(words.join(' '))}: "Edit a proto" in docs/guides/services.md has the steps for others.`,
    );
  }
  const proto = second ?? first;
  return label === 'repeated'
    ? { ...text, proto, label, sample: "['green', 'red']" }
    : { ...scalar, proto, label: label as 'none' | 'optional' };
}

/** The comment of a field. */
export function fieldComment({ proto, label }: Pick<FieldType, 'proto' | 'label'>): string {
  if (label === 'repeated') {
    return 'At most 100, each of at most 200 code points, no control characters. Kept in the order given.';
  }
  const unset =
    label === 'optional' ? 'absent when not known' : proto === 'string' ? 'empty when not known' : undefined;
  if (proto === 'string') return `At most 200 code points, no control characters; ${unset}.`;
  if (proto === 'bool') return unset === undefined ? 'False unless it is set.' : 'Absent when not known.';
  return unset === undefined ? 'Zero when not known.' : 'Absent when not known.';
}
