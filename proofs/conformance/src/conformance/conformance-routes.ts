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
import { oneResponse } from './one-response.ts';
import { ResponseStream } from './response-stream.ts';

/** JSON of a google.protobuf.Any takes the types that may be in it. */
const jsonOptions = { registry: createRegistry(file_connectrpc_conformance_v1_service) };

/** connectrpc.conformance.v1.ConformanceService, whose answers are what its requests ask for. */
export function conformanceRoutes(router: ConnectRouter): void {
  router.service(
    ConformanceService,
    {
      unary: (request, context) =>
        oneResponse(context, request.responseDefinition, [anyPack(UnaryRequestSchema, request)]),

      idempotentUnary: (request, context) =>
        oneResponse(context, request.responseDefinition, [anyPack(IdempotentUnaryRequestSchema, request)]),

      async clientStream(requests, context) {
        const received: Any[] = [];
        let definition: UnaryResponseDefinition | undefined;
        for await (const request of requests) {
          if (received.length === 0) definition = request.responseDefinition;
          received.push(anyPack(ClientStreamRequestSchema, request));
        }
        return await oneResponse(context, definition, received);
      },

      async *serverStream(request, context) {
        const responses = new ResponseStream(context, request.responseDefinition);
        yield* responses.rest([anyPack(ServerStreamRequestSchema, request)]);
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
        if (responses !== undefined) yield* responses.rest(unechoed);
      },
    },
    { jsonOptions },
  );
}
