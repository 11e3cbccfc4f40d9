import type { Code } from '@connectrpc/connect';
import type { HeaderList } from '@example/http2';
import { decodeLoadReport, loadReportField } from '@example/rpc-core';
import { type experimental, Metadata, type status } from '@grpc/grpc-js';
import type { CallConnection } from '../connection/call-connection.ts';
import type { Picked } from '../connection/connection-source.ts';
import { loadReportKey } from './balancing/load-source.ts';

type OnCallEnded = experimental.PickResult['onCallEnded'];

const noMetadata = new Metadata();

/** A connection that a policy has chosen for an attempt, and what the policy wants to know of its end. */
export class PickedConnection implements Picked {
  readonly connection: CallConnection;
  readonly server: object;
  readonly #onCallEnded: OnCallEnded;

  constructor(connection: CallConnection, server: object, onCallEnded: OnCallEnded) {
    this.connection = connection;
    this.server = server;
    this.#onCallEnded = onCallEnded;
  }

  onEnd(code: Code | undefined, trailers: HeaderList | undefined): void {
    if (this.#onCallEnded === null) return;
    const report = trailers?.get(loadReportField);
    this.#onCallEnded((code ?? 0) as number as status, '', report === undefined ? noMetadata : withLoad(report));
  }
}

/** Metadata for policies. A report that cannot be read is ignored. */
function withLoad(report: string): Metadata {
  const metadata = new Metadata();
  try {
    metadata.setOpaque(loadReportKey, decodeLoadReport(Buffer.from(report, 'base64')));
  } catch {}
  return metadata;
}
