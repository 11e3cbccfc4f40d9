import { Metadata, type status } from '@grpc/grpc-js';
import { statusMessage } from '../protos.ts';

/** The status of a call: `details` is the text for people, the trailers in `metadata` are for programs. */
export interface CallStatus {
  readonly code: status;
  readonly details: string;
  readonly metadata: Metadata;
}

/**
 * @param type the message type of the detail, such as `google.rpc.ErrorInfo`
 * @param detail the fields of the detail
 */
export function statusWith(
  code: status,
  text: string,
  type?: string,
  detail: Record<string, unknown> = {},
): CallStatus {
  const metadata = new Metadata();
  if (type !== undefined) {
    const details = [{ '@type': `type.googleapis.com/${type}`, ...detail }];
    metadata.set('grpc-status-details-bin', statusMessage.serialize({ code, message: text, details }));
  }
  return { code, details: text, metadata };
}
