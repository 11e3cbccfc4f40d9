import { isMessage, type Message } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from '@example/protos/google/rpc/error_details';
import { OrderSchema, OrderStatus, UploadSummarySchema } from '@example/protos/order/v1';
import { CreateUserRequestSchema, ListUsersRequestSchema, ListUsersResponseSchema } from '@example/protos/user/v1';

/**
 * A change in the behaviour of the services that does not change the protos. A proxy makes the change in the messages
 * between client and services.
 */
export interface ServiceFault {
  /** The row of the table in docs/reference/compatibility.md. */
  readonly name: string;
  /** Edits a request, or refuses it. */
  onRequest?(request: Message): void;
  /** Edits a response. */
  onResponse?(response: Message): void;
  /** Replaces an error. */
  onError?(error: ConnectError): ConnectError;
}

export const serviceFaults: readonly ServiceFault[] = [
  namesUpTo(10),
  namesUpTo(199),
  {
    name: 'default changed: 20 users a page',
    onRequest(request) {
      if (isMessage(request, ListUsersRequestSchema) && request.pageSize === 0) request.pageSize = 20;
    },
  },
  {
    name: 'meaning changed: totals in whole units',
    onResponse(response) {
      const hasTotal = isMessage(response, OrderSchema) || isMessage(response, UploadSummarySchema);
      if (hasTotal) response.total = Math.round(response.total);
    },
  },
  {
    name: 'meaning changed: new orders are confirmed',
    onResponse(response) {
      if (isMessage(response, OrderSchema)) response.status = OrderStatus.CONFIRMED;
    },
  },
  {
    name: 'meaning changed: page tokens',
    onResponse(response) {
      if (isMessage(response, ListUsersResponseSchema)) response.nextPageToken += '0';
    },
  },
  {
    name: 'error changed: another reason',
    onError(error) {
      const details = error.findDetails(ErrorInfoSchema).map((info) => ({
        desc: ErrorInfoSchema,
        value: { ...info, reason: 'NO_SUCH_THING' },
      }));
      return new ConnectError(error.rawMessage, error.code, undefined, details);
    },
  },
  {
    name: 'error changed: another text',
    onError(error) {
      const details = error.findDetails(ErrorInfoSchema).map((value) => ({ desc: ErrorInfoSchema, value }));
      return new ConnectError('another text', error.code, undefined, details);
    },
  },
];

function namesUpTo(longest: number): ServiceFault {
  return {
    name: `validation tightened: names up to ${longest}`,
    onRequest(request) {
      if (isMessage(request, CreateUserRequestSchema) && request.name.length > longest) {
        throw new ConnectError('the name is too long', Code.InvalidArgument);
      }
    },
  };
}
