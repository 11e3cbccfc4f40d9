/** What one connection may cost. Sizes in bytes, times in milliseconds; times are kept to within a quarter of a second. */
export interface Limits {
  /** Streams at once (SETTINGS_MAX_CONCURRENT_STREAMS): one more is reset with REFUSED_STREAM. */
  readonly concurrentStreams: number;
  /** A header list as RFC 9113, section 6.5.2, counts it: a larger one is answered with status 431. */
  readonly headerListBytes: number;
  /** An encoded header block: a larger one ends the connection with ENHANCE_YOUR_CALM. */
  readonly headerBlockBytes: number;
  /** CONTINUATION frames of one header block: one more ends the connection with ENHANCE_YOUR_CALM. */
  readonly continuationFrames: number;
  /** What a peer may send on one stream before the handler consumes it. */
  readonly streamWindowBytes: number;
  /** The same on all streams of the connection together, which bounds what is buffered of requests. */
  readonly connectionWindowBytes: number;
  /** What may wait to be sent on one stream: one that adds more to what waits already is reset with ENHANCE_YOUR_CALM. */
  readonly queuedBytes: number;
  /** What is buffered of requests and responses together: a stream that needs more is reset with ENHANCE_YOUR_CALM. */
  readonly bufferedBytes: number;

  /**
   * Streams a second that end by a reset, the peer's ("rapid reset") or one that its faults provoked ("MadeYouReset"), or that are
   * refused; five times as many at once. More, as with the limits a second below, ends the connection with ENHANCE_YOUR_CALM.
   */
  readonly resetsPerSecond: number;
  /** PING frames a second; each HEADERS or DATA frame of ours allows one more, since clients measure round trips by them. */
  readonly pingsPerSecond: number;
  /** SETTINGS frames a second. */
  readonly settingsPerSecond: number;
  /** DATA, HEADERS and CONTINUATION frames a second without any content that do not end a stream. */
  readonly emptyFramesPerSecond: number;
  /**
   * Frames a second that ask for nothing: PRIORITY, WINDOW_UPDATE, GOAWAY, acknowledgements of SETTINGS and PING, RST_STREAM of closed
   * streams and unknown frames; each HEADERS or DATA frame of ours allows twenty more, each HEADERS frame of the peer four.
   */
  readonly controlFramesPerSecond: number;

  /** For the peer to say its SETTINGS and to acknowledge ours, from the beginning: the connection ends with SETTINGS_TIMEOUT. */
  readonly handshakeMs: number;
  /** Without a stream: the connection is drained. */
  readonly idleMs: number;
  /**
   * For a frame or a header block that was begun to end, and for the peer to take any of what waits for it: the connection ends with
   * ENHANCE_YOUR_CALM.
   */
  readonly stallMs: number;
  /** For the peer to open the window of a stream with queued data: it is reset with ENHANCE_YOUR_CALM. */
  readonly zeroWindowMs: number;
  /** Silence of the peer after which it is sent PING. */
  readonly keepaliveMs: number;
  /** For any sign of life after that PING: the connection ends. */
  readonly keepaliveTimeoutMs: number;
}

export const defaultLimits: Limits = Object.freeze({
  concurrentStreams: 250,
  headerListBytes: 32 * 1024,
  headerBlockBytes: 48 * 1024,
  continuationFrames: 32,
  streamWindowBytes: 256 * 1024,
  connectionWindowBytes: 4 * 1024 * 1024,
  queuedBytes: 16 * 1024 * 1024,
  bufferedBytes: 128 * 1024 * 1024,
  resetsPerSecond: 200,
  pingsPerSecond: 100,
  settingsPerSecond: 50,
  emptyFramesPerSecond: 100,
  controlFramesPerSecond: 1_000,
  handshakeMs: 10_000,
  idleMs: 600_000,
  stallMs: 30_000,
  zeroWindowMs: 300_000,
  keepaliveMs: 60_000,
  keepaliveTimeoutMs: 20_000,
});
