import { z } from 'zod';

/**
 * The setting DATABASE_URL: `sqlite:PATH`, a relative path being taken from the working directory. Its value is the path.
 *
 * @param defaultUrl when the variable is not set
 */
export function databaseUrl(defaultUrl: string) {
  return z
    .string()
    .regex(/^sqlite:./)
    .default(defaultUrl)
    .transform((url) => url.slice('sqlite:'.length))
    .describe('sqlite: and the path of a file');
}
