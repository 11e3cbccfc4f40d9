import type { JsonObject } from '@bufbuild/protobuf';
import type { Outcome } from '../interop-case.ts';

export const ok = (...answers: JsonObject[]): Outcome => ({ code: 'OK', answers, details: [] });

export const fails = (code: string, ...details: string[]): Outcome => ({ code, answers: [], details });

/** @param fields their paths, in the order in which the server names them */
export const badFields = (...fields: string[]): Outcome => fails('INVALID_ARGUMENT', `BadRequest ${fields.join(' ')}`);

/** What every case takes that gives its request an id. */
export const requestId = '01936a2f-7c3e-7b1a-9f00-aabbccddeeff';

/** @param domain user, order */
export const reused = (domain: string): Outcome =>
  fails('ALREADY_EXISTS', `ErrorInfo REQUEST_ID_REUSED ${domain}.example.com request_id=${requestId}`);
