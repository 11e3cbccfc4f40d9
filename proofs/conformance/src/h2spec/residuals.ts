/** A case that is expected to fail. */
export interface Residual {
  readonly name: string;
  readonly cause: string;
}

/** What is known of h2spec --strict on an engine. */
export interface Expectation {
  readonly leastPassed: number;
  readonly residuals: readonly Residual[];
}

const forgetsClosed =
  "nghttp2, which Node's http2 stands on, forgets a stream when it closes, and ignores frames for one that it does not " +
  'know any more: it cannot tell a late frame from a wrong one';
const forgetsReset =
  'after a reset nghttp2 ignores what still comes on the stream, because it may have been on its way: RFC 9113, section 5.1, ' +
  'lets it, and h2spec tests RFC 7540';
const noPriorities =
  "Node's nghttp2 (1.70) no longer implements the priorities of RFC 7540, which RFC 9113 deprecates: it ignores PRIORITY frames";

/** By the name of the engine. An engine that is not here passes all. */
export const expectations: Readonly<Record<string, Expectation>> = {
  connect: {
    leastPassed: 137,
    residuals: [
      { name: 'http2/5.1 closed: Sends a DATA frame after sending RST_STREAM frame', cause: forgetsReset },
      { name: 'http2/5.1 closed: Sends a HEADERS frame after sending RST_STREAM frame', cause: forgetsReset },
      { name: 'http2/5.1 closed: Sends a DATA frame', cause: forgetsClosed },
      { name: 'http2/5.1 closed: Sends a HEADERS frame', cause: forgetsClosed },
      {
        name: 'http2/5.1.1 Sends stream identifier that is numerically smaller than previous',
        cause: 'nghttp2 takes a number below the last one for that of a stream that has closed, and ignores the frame',
      },
      { name: 'http2/5.3.1 Sends PRIORITY frame that depend on itself', cause: noPriorities },
      { name: 'http2/6.3 Sends a PRIORITY frame with 0x0 stream identifier', cause: noPriorities },
      {
        name: 'http2/6.7 Sends a PING frame with ACK',
        cause: 'Node ends a connection on which an answer comes to a PING that it did not send',
      },
      {
        name: 'http2/6.9.1 Sends multiple WINDOW_UPDATE frames increasing the flow control window to above 2^31-1 on a stream',
        cause: 'Node ends the connection, where a reset of the stream would do',
      },
    ],
  },
};
