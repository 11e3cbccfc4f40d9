import { queryMessage } from '../calls/query-message.ts';
import { ConnectUnaryCall } from './connect-unary-call.ts';

/** A unary call of the Connect protocol by GET: the query has the message, and a body says nothing. */
export class ConnectGetCall extends ConnectUnaryCall {
  readonly silenceEndsAt = Number.POSITIVE_INFINITY;

  onData(): void {}
  onEnd(): void {}
  protected onSilence(): void {}

  protected onAdmitted(): void {
    this.stream.discard();
    this.settle(
      () => queryMessage(this.head.query),
      (bytes) => this.answer(bytes),
    );
  }
}
