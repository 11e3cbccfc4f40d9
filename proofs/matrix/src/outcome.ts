import {
  createRegistry,
  type DescMethod,
  fromJson,
  isMessage,
  type JsonObject,
  type JsonValue,
  toJson,
} from '@bufbuild/protobuf';
import { AnySchema, anyUnpack } from '@bufbuild/protobuf/wkt';
import {
  BadRequestSchema,
  ErrorInfoSchema,
  PreconditionFailureSchema,
  RetryInfoSchema,
} from '@example/protos/google/rpc/error_details';
import { apiServices } from './api-services.ts';
import type { CallResult } from './driver.ts';
import type { CallOutcome } from './matrix-case.ts';

const registry = createRegistry(BadRequestSchema, ErrorInfoSchema, PreconditionFailureSchema, RetryInfoSchema);

/** @param name `user.v1.UserService/GetUser` */
export function methodNamed(name: string): DescMethod {
  const method = apiServices
    .flatMap(({ methods }) => methods)
    .find((candidate) => `${candidate.parent.typeName}/${candidate.name}` === name);
  if (method === undefined) throw new Error(`the API has no method ${name}`);
  return method;
}

/** Converts the result of a driver into the form in which outcomes are compared. */
export function outcomeOf(method: DescMethod, { responses, code, details }: CallResult): CallOutcome {
  return {
    code,
    responses: responses.map((response) => toJson(method.output, fromJson(method.output, response))),
    details: (details ?? []).map(summaryOf),
  };
}

function summaryOf(detail: JsonObject): string {
  const message = anyUnpack(fromJson(AnySchema, detail as JsonValue, { registry }), registry);
  if (isMessage(message, ErrorInfoSchema)) {
    const metadata = Object.entries(message.metadata).map(([key, value]) => `${key}=${value}`);
    return ['ErrorInfo', message.reason, message.domain, ...metadata.sort()].join(' ');
  }
  if (isMessage(message, BadRequestSchema)) {
    return ['BadRequest', ...message.fieldViolations.map(({ field }) => field)].join(' ');
  }
  if (isMessage(message, PreconditionFailureSchema)) {
    return ['PreconditionFailure', ...message.violations.map(({ type, subject }) => `${type} ${subject}`)].join(' ');
  }
  if (isMessage(message, RetryInfoSchema)) return 'RetryInfo';
  throw new Error(`a detail of an unexpected type: ${JSON.stringify(detail)}`);
}
