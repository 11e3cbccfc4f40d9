import { parseArgs } from 'node:util';

export const usage = `Serves UserService and OrderService on plain @grpc/grpc-js, until SIGINT or SIGTERM.

  tsx src/main.ts [options]

  --user-address HOST:PORT    where UserService listens (localhost:9000); port 0 takes any free port
  --order-address HOST:PORT   where OrderService listens (localhost:50051)
  --data FOLDER               the folder of the databases. Default: a temporary folder, deleted at the end
  --tls-cert FILE             the certificate and its intermediate certificates, PEM; without it: no TLS
  --tls-key FILE              the private key of the certificate, PEM
  --jwks FILE                 a JSON Web Key Set: every call except health then requires a token signed with ES256
  --calls-per-second N        the rate limit of each caller; once a minute, as many calls again (200)
  --help                      print this text`;

export interface Options {
  readonly help: boolean;
  readonly userAddress: string;
  readonly orderAddress: string;
  /** The folder of the data; undefined for a temporary folder, which is deleted at the end. */
  readonly data: string | undefined;
  /** Paths of PEM files; undefined: no TLS. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** The path of a JSON Web Key Set; undefined: every caller may call every method. */
  readonly jwks: string | undefined;
  readonly callsPerSecond: number;
}

/** @throws for an argument that `usage` does not list; the message names it */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      'user-address': { type: 'string', default: 'localhost:9000' },
      'order-address': { type: 'string', default: 'localhost:50051' },
      data: { type: 'string' },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      jwks: { type: 'string' },
      'calls-per-second': { type: 'string', default: '200' },
    },
  });
  return {
    help: values.help,
    userAddress: values['user-address'],
    orderAddress: values['order-address'],
    data: values.data,
    tls: tlsOf(values['tls-cert'], values['tls-key']),
    jwks: values.jwks,
    callsPerSecond: positiveInteger('--calls-per-second', values['calls-per-second']),
  };
}

function tlsOf(cert: string | undefined, key: string | undefined): Options['tls'] {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) throw new Error('set both --tls-cert and --tls-key, or neither');
  return { cert, key };
}

function positiveInteger(option: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Error(`${option} must be a whole number from 1 on, not ${JSON.stringify(text)}`);
}
