import type { LoadReport } from '@example/rpc-core';

/** The key by which the metadata of a call's end has the `LoadReport` of its trailers, for policies. */
export const loadReportKey = 'example.load_report';

/** A server that reports its load. Subchannels implement this interface for policies. */
export interface LoadSource {
  /**
   * Asks the server to report its load regularly, while it is connected: gRFC A51.
   *
   * @param periodMs between two reports
   * @returns a function that ends the reports
   */
  watchLoad(periodMs: number, onReport: (report: LoadReport) => void): () => void;
}
