import type { DescFile, DescService } from '@bufbuild/protobuf';
import { Code, type ConnectRouter } from '@connectrpc/connect';
import { file_google_rpc_error_details } from '@example/protos/google/rpc/error_details';
import { type ServerReflectionRequest, ServerReflection as V1 } from '../gen/grpc/reflection/v1/reflection_pb.ts';
import {
  type ServerReflectionRequest as AlphaRequest,
  ServerReflection as V1Alpha,
} from '../gen/grpc/reflection/v1alpha/reflection_pb.ts';
import { DescriptorIndex, withDependencies } from './descriptor-index.ts';

/** The largest request, in bytes. A request contains at most two names. */
const readMaxBytes = 4_096;

/**
 * grpc.reflection.v1 and v1alpha (https://github.com/grpc/grpc/blob/master/doc/server-reflection.md), which differ only
 * in their names. They also describe themselves and the types of error details, so that a client can display those.
 */
export function reflectionRoutes(services: readonly DescService[]): (router: ConnectRouter) => void {
  const described = [...services, V1, V1Alpha];
  const index = new DescriptorIndex([...described.map(({ file }) => file), file_google_rpc_error_details]);
  const names = described.map(({ typeName }) => typeName).sort();
  async function* respond<R extends { host: string; messageRequest: Query }>(requests: AsyncIterable<R>) {
    const sent = new Set<string>();
    for await (const request of requests) {
      const messageResponse = lookUp(request.messageRequest, index, names, sent);
      yield { validHost: request.host, originalRequest: request, messageResponse };
    }
  }
  return (router) =>
    router
      .service(V1, { serverReflectionInfo: (requests) => respond(requests) }, { readMaxBytes })
      .service(V1Alpha, { serverReflectionInfo: (requests) => respond(requests) }, { readMaxBytes });
}

type Query = ServerReflectionRequest['messageRequest'] | AlphaRequest['messageRequest'];

/** The response to one query. An error is a response, too, after which the stream continues. */
function lookUp(query: Query, index: DescriptorIndex, services: readonly string[], sent: Set<string>) {
  const files = (file: DescFile | undefined) =>
    file === undefined
      ? failure(Code.NotFound, 'not found')
      : ({
          case: 'fileDescriptorResponse',
          value: { fileDescriptorProto: withDependencies(file, sent) },
        } as const);
  switch (query.case) {
    case 'listServices':
      return { case: 'listServicesResponse', value: { service: services.map((name) => ({ name })) } } as const;
    case 'fileByFilename':
      return files(index.file(query.value));
    case 'fileContainingSymbol':
      return files(index.fileOfSymbol(query.value));
    case 'fileContainingExtension':
      return files(index.fileOfExtension(query.value.containingType, query.value.extensionNumber));
    case 'allExtensionNumbersOfType': {
      const extensionNumber = index.extensionNumbers(query.value);
      if (extensionNumber === undefined) return failure(Code.NotFound, 'not found');
      const value = { baseTypeName: query.value, extensionNumber };
      return { case: 'allExtensionNumbersResponse', value } as const;
    }
    default:
      return failure(Code.InvalidArgument, 'message_request is not set');
  }
}

function failure(errorCode: Code, errorMessage: string) {
  return { case: 'errorResponse', value: { errorCode, errorMessage } } as const;
}
