import type { JsonObject } from '@bufbuild/protobuf';
import type { CallOutcome } from '../matrix-case.ts';

export const ok = (...responses: JsonObject[]): CallOutcome => ({ code: 'OK', responses, details: [] });

export const fails = (code: string, ...details: string[]): CallOutcome => ({ code, responses: [], details });

/** @param fields the paths of the invalid fields, in the order of the response */
export const badFields = (...fields: string[]): CallOutcome =>
  fails('INVALID_ARGUMENT', `BadRequest ${fields.join(' ')}`);

/** The request id in all cases with a request id. */
export const requestId = '01936a2f-7c3e-7b1a-9f00-aabbccddeeff';

/** @param domain `user` or `order` */
export const reused = (domain: string, id = requestId): CallOutcome =>
  fails('ALREADY_EXISTS', `ErrorInfo REQUEST_ID_REUSED ${domain}.example.com request_id=${id}`);
