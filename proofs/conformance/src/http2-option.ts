import { UsageError } from '@example/kit/command-line';

const http2Names = ['own', 'node'];

/** The option `--http2`, for commands that start servers. */
export const http2Option = { http2: { type: 'string' } } as const;

/** The line of the option in a usage text. */
export const http2Usage = '--http2 NAME    the HTTP/2 of the server: own (packages/http2) or node (node:http2) (own)';

/** @returns the setting of the server. @throws {UsageError} for an unknown name */
export function http2Env({ http2 = 'own' }: { readonly http2?: string | undefined }): Readonly<Record<string, string>> {
  if (!http2Names.includes(http2)) throw new UsageError(`--http2 must be one of ${http2Names.join(', ')}`);
  return { HTTP2: http2 };
}
