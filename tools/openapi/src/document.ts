import type { DescFile, DescMethod, DescService } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { commentOf } from './comments.ts';
import { describeError, type ErrorCode, errorCodes, errorsOf } from './errors.ts';
import { examples } from './examples.ts';
import { type JsonSchema, schemaOf } from './json-schema.ts';
import { enumsIn, messagesIn, requestTypes } from './types-in-files.ts';

/** The parts of an OpenAPI document that this repository reads. */
export interface OpenApi {
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly [other: string]: unknown;
  };
  readonly [other: string]: unknown;
}

interface PathItem {
  readonly get?: Operation;
  readonly post?: Operation;
}

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

/** A placeholder for the address of a server in the commands of a document. */
export const addressPlaceholder = 'HOST:PORT';

const refer = (name: string) => `#/components/schemas/${name}`;
const json = 'application/json';

const description = `The unary methods as HTTP with JSON: [Connect](https://connectrpc.com/docs/protocol) by POST, and
by GET for methods that change nothing. The same port takes gRPC and gRPC-Web.

The header field \`Connect-Timeout-Ms\` limits the time of a call in milliseconds; \`x-request-id\` names the call in the
server's log. Fields with their default value, such as 0, an empty text or an empty list, are left out of responses.
Numbers of 64 bits are texts.

Streaming methods have no form as JSON over plain HTTP. Each service lists its own, with a command that calls them.`;

/** The OpenAPI 3.1 document of the unary methods of all services. @param version the version of @example/protos */
export function openApiDocument(files: readonly DescFile[], version: string): OpenApi {
  const services = files.flatMap((file) => file.services);
  const requests = requestTypes(files);
  const types = [...messagesIn(files), ...enumsIn(files)];
  const unary = services.flatMap(({ methods }) => methods.filter(({ methodKind }) => methodKind === 'unary'));
  return {
    openapi: '3.1.0',
    info: {
      title: [...new Set(services.map(({ name }) => name))].join(' and '),
      version,
      description: description.replaceAll(/(?<!\n)\n(?!\n)/g, ' '),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: services.map((service) => ({ name: service.typeName, description: serviceDescription(service) })),
    security: [{ bearer: [] }, {}],
    paths: Object.fromEntries(unary.map((method) => [pathOf(method), pathItem(method)])),
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Not needed with AUTH=off.' },
      },
      responses: {
        ...Object.fromEntries(
          unary.flatMap((method) =>
            [...errorsOf(method).values()].map((codes) => [codes.join('_or_'), errorResponse(codes)]),
          ),
        ),
        http_method: textResponse('The method takes another HTTP method: `Allow` has it.'),
        content_type: textResponse('The content type is not application/json.'),
      },
      schemas: {
        ...Object.fromEntries(types.map((type) => [type.typeName, schemaOf(type, refer, requests.has(type.typeName))])),
        error: errorSchema,
      },
    },
  };
}

const errorSchema: JsonSchema = {
  description: 'The error of a call.',
  type: 'object',
  properties: {
    code: { type: 'string', enum: errorCodes },
    message: { description: 'For people. It may change.', type: 'string' },
    details: {
      description: 'Messages that tell a program what is wrong.',
      type: 'array',
      items: {
        type: 'object',
        properties: {
          type: { description: 'The name of the message, such as google.rpc.BadRequest.', type: 'string' },
          value: { description: 'The message in protobuf, in base64 without padding.', type: 'string' },
          debug: { description: 'The message as JSON, if the server has it.' },
        },
        required: ['type', 'value'],
      },
    },
  },
  required: ['code'],
};

function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

function pathItem(method: DescMethod): PathItem {
  const name = `${method.parent.typeName}.${method.name}`;
  const example = examples[name];
  const common = { tags: [method.parent.typeName], summary: method.name, description: commentOf(method) };
  const schema = { $ref: refer(method.input.typeName) };
  const request = { schema, ...(example && { example: example.request }) };
  const post = {
    operationId: name,
    ...common,
    requestBody: { required: true, content: { [json]: request } },
    responses: responsesOf(method, example?.response),
  };
  if (method.idempotency !== MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS) return { post };
  const parameter = (parameterName: string, rest: object) => ({
    name: parameterName,
    in: 'query',
    required: true,
    ...rest,
  });
  const get = {
    operationId: `${name}.get`,
    ...common,
    parameters: [
      parameter('connect', { schema: { type: 'string', enum: ['v1'] } }),
      parameter('encoding', { schema: { type: 'string', enum: ['json'] } }),
      parameter('message', { description: 'The request.', content: { [json]: request } }),
    ],
    responses: responsesOf(method, example?.response),
  };
  return { post, get };
}

function responsesOf(method: DescMethod, example: unknown): Record<string, unknown> {
  const schema = { $ref: refer(method.output.typeName) };
  const errors = [...errorsOf(method)].map(([status, codes]) => [
    status,
    { $ref: `#/components/responses/${codes.join('_or_')}` },
  ]);
  return {
    200: { description: 'The response.', content: { [json]: { schema, ...(example !== undefined && { example }) } } },
    ...Object.fromEntries(errors),
    405: { $ref: '#/components/responses/http_method' },
    415: { $ref: '#/components/responses/content_type' },
  };
}

function errorResponse(codes: readonly ErrorCode[]) {
  const narrowed = { allOf: [{ $ref: refer('error') }, { properties: { code: { enum: codes } } }] };
  return { description: codes.map(describeError).join('\n\n'), content: { [json]: { schema: narrowed } } };
}

function textResponse(text: string) {
  return { description: text, content: { 'text/plain; charset=utf-8': { schema: { type: 'string' } } } };
}

function serviceDescription(service: DescService): string {
  const streaming = service.methods.filter(({ methodKind }) => methodKind !== 'unary');
  if (streaming.length === 0) return commentOf(service);
  const listed = streaming.map((method) => {
    const { request = {} } = examples[`${service.typeName}.${method.name}`] ?? {};
    const messages = (Array.isArray(request) ? request : [request]).map((message) => JSON.stringify(message)).join(' ');
    const kind = method.methodKind.replace('bidi_streaming', 'bidirectional').replace('_', '-');
    const command = `grpcurl -plaintext -d '${messages}' ${addressPlaceholder} ${service.typeName}/${method.name}`;
    return `**${method.name}** (${kind}): ${commentOf(method)}\n\n\`\`\`sh\n${command}\n\`\`\``;
  });
  return `${commentOf(service)}\n\n### Streaming methods\n\n${listed.join('\n\n')}`;
}
