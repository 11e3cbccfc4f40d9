import { createInterface } from 'node:readline';

const { TOKEN } = process.env;

/**
 * Makes the call of each line of standard input, and writes its result as a line.
 *
 * @param {(call: import('../../src/driver.ts').Call) => Promise<import('../../src/driver.ts').CallResult>} make
 */
export async function serveLines(make) {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await make(JSON.parse(line)))}\n`);
  }
}

/**
 * The address of the service of a method.
 *
 * @param {string} method `user.v1.UserService/GetUser`
 * @returns {string} HOST:PORT
 */
export function addressOf(method) {
  const [, name = ''] = /(\w+)\.v\d/.exec(method) ?? [];
  return process.env[`${name.toUpperCase()}_ADDRESS`] ?? '';
}

/**
 * The header fields of a call.
 *
 * @param {import('../../src/driver.ts').Call} call
 * @returns {Record<string, string>}
 */
export function headersOf({ metadata, withoutToken, token = TOKEN }) {
  return { ...metadata, ...(token && !withoutToken && { authorization: `Bearer ${token}` }) };
}
