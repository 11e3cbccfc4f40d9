import { type ServiceError, status } from '@grpc/grpc-js';
import { BadRequest, ErrorInfo } from './gen/google/rpc/error_details.ts';
import { Status } from './gen/google/rpc/status.ts';

/**
 * One line for a person: the code, the server's message, and facts of the details. Programs should decide by the code
 * and the details: the message may change.
 */
export function explainError(error: unknown): string {
  const { code, details, message, metadata } = error as ServiceError;
  if (metadata === undefined) return message;
  const [trailer] = metadata.get('grpc-status-details-bin');
  const facts = Buffer.isBuffer(trailer) ? Status.decode(trailer).details.map(factOf) : [];
  return [`${status[code]}: ${details}`, ...facts].join('; ');
}

/** @param detail a google.protobuf.Any, which ts-proto does not unpack */
function factOf(detail: { readonly typeUrl: string; readonly value: Uint8Array }): string {
  const type = detail.typeUrl.slice(detail.typeUrl.lastIndexOf('/') + 1);
  switch (type) {
    case 'google.rpc.ErrorInfo': {
      const { reason, domain } = ErrorInfo.decode(detail.value);
      return `${reason} of ${domain}`;
    }
    case 'google.rpc.BadRequest':
      return `bad fields: ${BadRequest.decode(detail.value)
        .fieldViolations.map(({ field }) => field)
        .join(', ')}`;
    default:
      return type;
  }
}
