import { createRegistry } from '@bufbuild/protobuf';
import { type Any, anyPack } from '@bufbuild/protobuf/wkt';
import type { ConnectRouter } from '@connectrpc/connect';
import {
  BidiStreamRequestSchema,
  ClientStreamRequestSchema,
  ConformanceService,
  file_connectrpc_conformance_v1_service,
  IdempotentUnaryRequestSchema,
  ServerStreamRequestSchema,
  UnaryRequestSchema,
  type UnaryResponseDefinition,
} from '../gen/connectrpc/conformance/v1/service_pb.ts';
import { ResponseStream } from './response-stream.ts';
import { singleResponse } from './single-response.ts';

/** The types that a google.protobuf.Any in JSON may have. */
const jsonOptions = { registry: createRegistry(file_connectrpc_conformance_v1_service) };

/** connectrpc.conformance.v1.ConformanceService. Its requests describe their responses. */
export function conformanceRoutes(router: ConnectRouter): void {
  router.service(
    ConformanceService,
    {
      unary: (request, context) =>
        singleResponse(context, request.responseDefinition, [anyPack(UnaryRequestSchema, request)]),

      idempotentUnary: (request, context) =>
        singleResponse(context, request.responseDefinition, [anyPack(IdempotentUnaryRequestSchema, request)]),

      async clientStream(requests, context) {
        const received: Any[] = [];
        let definition: UnaryResponseDefinition | undefined;
        for await (const request of requests) {
          if (received.length === 0) definition = request.responseDefinition;
          received.push(anyPack(ClientStreamRequestSchema, request));
        }
        return await singleResponse(context, definition, received);
      },

      async *serverStream(request, context) {
        const responses = new ResponseStream(context, request.responseDefinition);
        yield* responses.remaining([anyPack(ServerStreamRequestSchema, request)]);
      },

      async *bidiStream(requests, context) {
        let responses: ResponseStream | undefined;
        let isFullDuplex = false;
        let unechoed: Any[] = [];
        for await (const request of requests) {
          if (responses === undefined) {
            responses = new ResponseStream(context, request.responseDefinition);
            isFullDuplex = request.fullDuplex;
          }
          unechoed.push(anyPack(BidiStreamRequestSchema, request));
          if (!isFullDuplex) continue;
          if (responses.isDone) break;
          yield await responses.next(unechoed);
          unechoed = [];
        }
        if (responses !== undefined) yield* responses.remaining(unechoed);
      },
    },
    { jsonOptions },
  );
}
