import type { LoadReport } from '@example/rpc-core';

/**
 * A key of the metadata that policies receive when a call ends. Its value is the `LoadReport` from the trailers of the
 * call.
 */
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
