import type { LoadReport } from '@example/rpc-core';

/** The key by which the metadata of a call's end has the `LoadReport` of its trailers, for policies. */
export const loadReportKey = 'example.load_report';

/** A server that is asked for its load: what a subchannel is for policies. */
export interface LoadSource {
  /**
   * Asks the server to report its load regularly, while it is connected: gRFC A51.
   *
   * @param periodMs between two reports
   * @returns ends it
   */
  watchLoad(periodMs: number, onReport: (report: LoadReport) => void): () => void;
}
