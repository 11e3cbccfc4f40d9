import { type CallOptions, type Client, type ClientUnaryCall, Metadata, type ServiceError } from '@grpc/grpc-js';

/** The timeout of a call, in milliseconds. Without a deadline, a call to a server that hangs would never end. */
const callMs = 5_000;

/** A deadline is a point in time. It is sent with the call, so that the server stops working on the call, too. */
export function withDeadline(): CallOptions {
  return { deadline: Date.now() + callMs };
}

type UnaryMethod<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: CallOptions,
  callback: (error: ServiceError | null, response: Response) => void,
) => ClientUnaryCall;

/** Wraps a method of ts-proto, which uses callbacks like grpc-js, in a promise. @throws {ServiceError} */
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
