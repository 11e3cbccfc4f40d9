import { createInterface } from 'node:readline';

const { USER_ADDRESS = '', ORDER_ADDRESS = '', TOKEN } = process.env;

/**
 * Answers each line of standard input with a line, one after the other.
 *
 * @param {(call: import('../../src/driver.ts').Call) => Promise<import('../../src/driver.ts').Answer>} make
 */
export async function answerLines(make) {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await make(JSON.parse(line)))}\n`);
  }
}

/**
 * Where the service of a method is.
 *
 * @param {string} method `user.v1.UserService/GetUser`
 * @returns {string} HOST:PORT
 */
export function addressOf(method) {
  return method.startsWith('user.') ? USER_ADDRESS : ORDER_ADDRESS;
}

/**
 * What a call sends besides its messages.
 *
 * @param {import('../../src/driver.ts').Call} call
 * @returns {Record<string, string>}
 */
export function headersOf({ metadata, withoutToken, token = TOKEN }) {
  return { ...metadata, ...(token && !withoutToken && { authorization: `Bearer ${token}` }) };
}
