import type { Logger } from '../process/logger.ts';
import { AccessLine, type EndedCall } from './access-line.ts';
import type { CallRecord } from './call-record.ts';

/** Logs a call when it has ended, whether or not it reached a handler, at level info. */
export function logAccess(logger: Logger, record: CallRecord, call: EndedCall): void {
  if (logger.isLevelEnabled('info')) logger.info(new AccessLine(record, call), 'call');
}
