import { type CallOptions, type Client, type ClientUnaryCall, Metadata, type ServiceError } from '@grpc/grpc-js';

/** How long a call may take, in milliseconds. Without a deadline it would wait for ever for a server that hangs. */
const callMs = 5_000;

/** A deadline is a point in time. It travels with the call, so that the server gives up too. */
export function withDeadline(): CallOptions {
  return { deadline: Date.now() + callMs };
}

type UnaryMethod<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: CallOptions,
  callback: (error: ServiceError | null, response: Response) => void,
) => ClientUnaryCall;

/** ts-proto's methods take callbacks, as those of grpc-js do. @throws {ServiceError} */
export function unaryCall<Request, Response>(
  client: Client,
  method: UnaryMethod<Request, Response>,
  request: Request,
): Promise<Response> {
  return new Promise((resolve, reject) =>
    method.call(client, request, new Metadata(), withDeadline(), (error, response) =>
      error === null ? resolve(response) : reject(error),
    ),
  );
}
