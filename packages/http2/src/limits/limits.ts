/** The limits of one connection. Sizes are in bytes, times in milliseconds with a precision of 250 ms. */
export interface Limits {
  /**
   * Concurrent streams that a client may open (SETTINGS_MAX_CONCURRENT_STREAMS). One more is reset with REFUSED_STREAM.
   */
  readonly concurrentStreams: number;
  /**
   * The size of a decoded header list as RFC 9113, section 6.5.2, defines it (SETTINGS_MAX_HEADER_LIST_SIZE). A request
   * with a larger list receives status 431, a stream with a larger response is reset with ENHANCE_YOUR_CALM.
   */
  readonly headerListBytes: number;
  /**
   * The size of an encoded header block. A larger one ends the connection with ENHANCE_YOUR_CALM. A smaller block whose
   * list is too large fails only its own request.
   */
  readonly headerBlockBytes: number;
  /** CONTINUATION frames per header block. One more ends the connection with ENHANCE_YOUR_CALM. */
  readonly continuationFrames: number;
  /** The receive window of a stream (SETTINGS_INITIAL_WINDOW_SIZE): data that the handler has not consumed. */
  readonly streamWindowBytes: number;
  /** The receive window of the connection: unconsumed data of all its streams together. */
  readonly connectionWindowBytes: number;
  /** Queued data per stream. A stream that already has a queue and exceeds this is reset with ENHANCE_YOUR_CALM. */
  readonly queuedBytes: number;

  /**
   * Streams per second that the peer resets ("rapid reset"), that are reset for the peer's violations ("MadeYouReset"),
   * or that are refused. The burst is five times this number. Exceeding this or any other limit per second ends the
   * connection with ENHANCE_YOUR_CALM.
   */
  readonly resetsPerSecond: number;
  /** PING frames per second. Each HEADERS or DATA frame that we send allows one more: clients measure round trips. */
  readonly pingsPerSecond: number;
  /** SETTINGS frames per second. */
  readonly settingsPerSecond: number;
  /** DATA, HEADERS and CONTINUATION frames per second that have no content and do not end a stream. */
  readonly emptyFramesPerSecond: number;
  /**
   * Frames per second that carry no request: PRIORITY, WINDOW_UPDATE, GOAWAY, acknowledgements of SETTINGS and PING,
   * RST_STREAM for closed streams, and unknown frames. Each HEADERS or DATA frame that we send allows 20 more, each
   * HEADERS frame of the peer allows 4 more.
   */
  readonly controlFramesPerSecond: number;

  /**
   * The peer must send its SETTINGS and acknowledge ours within this time. Otherwise the connection ends with
   * SETTINGS_TIMEOUT.
   */
  readonly handshakeMs: number;
  /** A connection without an open stream shuts down gracefully after this time. */
  readonly idleMs: number;
  /**
   * Within this time the peer must complete a frame or header block that it has started, and read some of the data
   * written to the socket. Otherwise the connection ends with ENHANCE_YOUR_CALM.
   */
  readonly stallMs: number;
  /**
   * The peer must open the flow-control window for queued data within this time. Otherwise the stream is reset with
   * ENHANCE_YOUR_CALM.
   */
  readonly zeroWindowMs: number;
  /** PING is sent after this time without any data from the peer. */
  readonly keepaliveMs: number;
  /** Whether such a PING is sent even without an open stream. */
  readonly keepaliveWhenIdle: boolean;
  /** The peer must send any data within this time after such a PING. Otherwise the connection ends. */
  readonly keepaliveTimeoutMs: number;
}

export const defaultLimits: Limits = Object.freeze({
  concurrentStreams: 250,
  headerListBytes: 32 * 1024,
  headerBlockBytes: 256 * 1024,
  continuationFrames: 32,
  streamWindowBytes: 256 * 1024,
  connectionWindowBytes: 4 * 1024 * 1024,
  queuedBytes: 16 * 1024 * 1024,
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
  keepaliveWhenIdle: true,
  keepaliveTimeoutMs: 20_000,
});

/**
 * By default a client sends no PING, because servers end the connections of clients that send too many. It closes no
 * idle connections, and waits for a slow server as long as its caller does.
 */
export const defaultClientLimits: Limits = Object.freeze({
  ...defaultLimits,
  idleMs: Number.POSITIVE_INFINITY,
  zeroWindowMs: Number.POSITIVE_INFINITY,
  keepaliveMs: Number.POSITIVE_INFINITY,
  keepaliveWhenIdle: false,
});
