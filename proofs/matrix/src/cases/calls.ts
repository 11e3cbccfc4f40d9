import type { JsonObject } from '@bufbuild/protobuf';
import type { CallOutcome, MatrixCase } from '../matrix-case.ts';

type CaseOptions = Omit<MatrixCase, 'name' | 'method' | 'requests' | 'expected'>;

/** @returns a function that makes the cases of a method, such as `user.v1.UserService/GetUser` */
export function calls(method: string) {
  return (
    name: string,
    requests: JsonObject | readonly JsonObject[],
    expected: CallOutcome,
    options: CaseOptions = {},
  ): MatrixCase => ({
    name,
    method,
    requests: Array.isArray(requests) ? requests : [requests as JsonObject],
    expected,
    ...options,
  });
}
