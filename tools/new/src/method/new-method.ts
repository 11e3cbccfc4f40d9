import { UsageError } from '@example/kit/command-line';
import { fileOf, type Target, targetOf } from '../api-target.ts';
import { ChangeSet } from '../change-set.ts';
import { insert } from '../code/insert.ts';
import { appendTo, findBlock, requireBlock } from '../proto-file.ts';

const streams = ['server', 'client', 'bidi'] as const;
type Stream = (typeof streams)[number];

/** Verbs of methods that change nothing, so that they need only the scope to read. */
const readingVerb = /^(BatchGet|Check|Count|Download|Export|Find|Get|List|Lookup|Read|Search|Watch)(?=[A-Z]|$)/;

/**
 * Adds a method to a service. Its handler reads the resources that the requests name, and returns them.
 *
 * @param name such as `stock.v1.StockService/ReserveStock`
 * @param stream the side that sends many messages; undefined for neither
 * @throws {UsageError}
 */
export function newMethod(root: string, name: string, stream: string | undefined): ChangeSet {
  const [, api = '', service = '', method = ''] = /^([\w.]+)\.(\w+)\/(\w+)$/.exec(name) ?? [];
  if (!/^[A-Z][A-Za-z0-9]*$/.test(method)) {
    throw new UsageError(
      `a method is PACKAGE.SERVICE/METHOD, such as stock.v1.StockService/ReserveStock, not ${JSON.stringify(name)}: ` +
        'its own name starts with a capital and has only letters and digits.',
    );
  }
  if (stream !== undefined && !isStream(stream)) {
    throw new UsageError(`--stream must be ${streams.join(', ')}, not ${JSON.stringify(stream)}`);
  }
  const target = targetOf(root, api);
  const changes = new ChangeSet(root);
  changes.edit(target.proto, method, (proto) => protoWith(proto, target, service, method, stream));
  changes.edit(fileOf(target, 'routes'), `the handler of ${method}`, (source) =>
    routesWith(source, target, method, stream),
  );
  changes.edit(`${target.folder}/src/authorization.test.ts`, `a call of ${method}`, (source) =>
    authorizationWith(source, target, method, stream),
  );
  const cases = `proofs/matrix/src/cases/${target.resource.many.kebab}.ts`;
  if (changes.exists(cases) && changes.read(cases).includes('resourceCases(')) {
    changes.edit(cases, `a case of ${method}`, (source) =>
      /byId: \[[^\]]*/.test(source)
        ? source.replace(/byId: \[[^\]]*/, (list) => `${list.replace(/,?\s*$/, '')}, '${method}'`)
        : undefined,
    );
  }
  return changes;
}

function isStream(text: string): text is Stream {
  return (streams as readonly string[]).includes(text);
}

function protoWith(proto: string, target: Target, service: string, method: string, stream: Stream | undefined): string {
  const { one } = target.resource;
  const block = requireBlock(proto, target.proto, 'service', service);
  if (new RegExp(`^ *rpc ${method}\\(`, 'm').test(block.text)) {
    throw new UsageError(`${service} has a method ${method} already: choose another name.`);
  }
  for (const message of [`${method}Request`, `${method}Response`]) {
    if (findBlock(proto, 'message', message)) throw new UsageError(`${target.proto} has a message ${message} already.`);
  }
  const [input, output] = [stream === 'client' || stream === 'bidi', stream === 'server' || stream === 'bidi'];
  const signature = `rpc ${method}(${input ? 'stream ' : ''}${method}Request) returns (${output ? 'stream ' : ''}${method}Response)`;
  const option = readingVerb.test(method) ? ' {\n    option idempotency_level = NO_SIDE_EFFECTS;\n  }' : ';';
  const does = {
    none: `returns the ${one.prose} that the request names`,
    server: `streams the ${one.prose} that the request names`,
    client: `returns the ${one.prose} that the last request names`,
    bidi: `returns the ${one.prose} of each request, in their order`,
  }[stream ?? 'none'];
  const rpc = `\n  // ${method} ${does}.\n  //\n  // Errors: NOT_FOUND as of Get${one.pascal}.\n  ${signature}${option}\n`;
  const messages = `
// ${method}Request names ${article(one.prose)} ${one.prose}.
message ${method}Request {
  // The ${one.prose}'s id, as in ${one.pascal}.id; anything else is refused.
  string id = 1;
}

// ${method}Response holds the ${one.prose} of the request.
message ${method}Response {
  // The ${one.prose}.
  ${one.pascal} ${one.snake} = 1;
}
`;
  return appendTo(proto, block, rpc) + messages;
}

function article(noun: string): string {
  return /^[aeiou]/.test(noun) ? 'an' : 'a';
}

function localName(method: string): string {
  return method.charAt(0).toLowerCase() + method.slice(1);
}

function routesWith(source: string, target: Target, method: string, stream: Stream | undefined): string | undefined {
  const { one, many } = target.resource;
  const api = `${target.api}.${target.version}`;
  const right = readingVerb.test(method) ? 'read' : 'write';
  const [, scope] = new RegExp(`: '([\\w.-]+\\.${right})'`).exec(source) ?? [];
  const [, scopes] = /export const (\w+): MethodScopes/.exec(source) ?? [];
  if (scope === undefined || scopes === undefined) return undefined;
  const withScope = insert(source, { constant: scopes }, `'${api}.${one.pascal}Service.${method}': '${scope}'`);
  const read = `${one.camel}: toMessage(await ${many.camel}.get(id))`;
  const log = `callOf(context).logger.debug('${method}');`;
  const name = localName(method);
  const handler = {
    none: `${name}: async ({ id }, context) => { ${log} return { ${read} }; }`,
    server: `async *${name}({ id }, context) { ${log} yield { ${read} }; }`,
    client:
      `${name}: async (requests, context) => { ${log} let last: { ${one.camel}?: ReturnType<typeof toMessage> } = {}; ` +
      `for await (const { id } of requests) last = { ${read} }; return last; }`,
    bidi: `async *${name}(requests, context) { ${log} for await (const { id } of requests) yield { ${read} }; }`,
  }[stream ?? 'none'];
  const end = /,?\n {4}\}\);\n\}/;
  return withScope && end.test(withScope) ? withScope.replace(end, `,\n      ${handler},\n    });\n}`) : undefined;
}

/**
 * Leaves out bidirectional methods, because Connect's client cannot call them over HTTP/1.1. The language matrix calls
 * them.
 */
function authorizationWith(
  source: string,
  { version, resource }: Target,
  method: string,
  stream: Stream | undefined,
): string | undefined {
  if (stream === 'bidi') return source;
  const client = `createClient(${version.toUpperCase()}, transport)`;
  const requests = stream === 'client' ? '(async function* () { yield { id }; })()' : '{ id }';
  const made = `${client}.${localName(method)}(${requests}, options)`;
  const call =
    stream === 'server'
      ? `async (transport, options) => { for await (const response of ${made}) expect(response.${resource.one.camel}?.id).toBe(id); }`
      : `(transport, options) => ${made}`;
  const list = readingVerb.test(method) ? 'reads' : 'writes';
  return insert(source, { constant: list }, `'${version} ${method}': ${call}`);
}
