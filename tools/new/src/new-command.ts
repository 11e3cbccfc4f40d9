import { parseArgs } from 'node:util';
import { type Streams, UsageError } from '@example/kit/command-line';
import { root } from '@example/kit/root';
import type { ChangeSet } from './change-set.ts';
import { newField } from './field/new-field.ts';
import { finish } from './finish.ts';
import { newMethod } from './method/new-method.ts';
import { newService } from './service/new-service.ts';

const usage = `Adds a service, a method or a field to the API, with its code, tests and clients.

  pnpm new service NAME                    NAME is the resource that the service stores, such as stock or price-list
  pnpm new method PACKAGE.SERVICE/METHOD   such as stock.v1.StockService/ReserveStock
  pnpm new field PACKAGE.MESSAGE NAME TYPE such as stock.v1.Stock colour string

  --dry-run        print what would be written, and write nothing
  --help           print this text

Of a service:
  --port N         the default port (default: the next free one)
  --plural WORD    the plural of the name, such as people (default: that of the rules of English)

Of a method:
  --stream SIDE    the side that sends many messages: server, client or bidi (default: none)

A method whose name starts with a verb such as Get, List or Watch needs the scope to read, any other method the scope
to write. A string field has at most 200 characters: its rule is in src/domain.
`;

const options = {
  help: { type: 'boolean', short: 'h' },
  'dry-run': { type: 'boolean' },
  port: { type: 'string' },
  plural: { type: 'string' },
  stream: { type: 'string' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

/** `pnpm new` @returns the exit code */
export async function runNew(args: readonly string[], { stdout, stderr }: Streams): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    if (values.help) {
      stdout.write(usage);
      return 0;
    }
    const changes = changesFor(positionals, values);
    if (values['dry-run']) stdout.write(changes.describe());
    else await finish(changes, (text) => stdout.write(text));
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    stderr.write(`pnpm new: ${error.message}\n`);
    return 1;
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}

function changesFor([kind, ...names]: readonly string[], values: Values): ChangeSet {
  const [name] = names;
  if (kind === 'service' && name && names.length === 1) return newService(root, name, values);
  if (kind === 'method' && name && names.length === 1) return newMethod(root, name, values.stream);
  const [, field, ...type] = names;
  if (kind === 'field' && name && field && type.length > 0) {
    return newField(
      root,
      name,
      field,
      type.flatMap((word) => word.split(' ')),
    );
  }
  throw new UsageError(`service, method or field, and what it is called.\n\n${usage}`);
}
