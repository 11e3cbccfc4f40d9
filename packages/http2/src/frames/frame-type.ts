/** The types of frames: RFC 9113, section 6. */
export const FrameType = {
  DATA: 0x0,
  HEADERS: 0x1,
  PRIORITY: 0x2,
  RST_STREAM: 0x3,
  SETTINGS: 0x4,
  PUSH_PROMISE: 0x5,
  PING: 0x6,
  GOAWAY: 0x7,
  WINDOW_UPDATE: 0x8,
  CONTINUATION: 0x9,
} as const;

export const Flag = { END_STREAM: 0x1, ACK: 0x1, END_HEADERS: 0x4, PADDED: 0x8, PRIORITY: 0x20 } as const;

/** The length of the header of a frame: RFC 9113, section 4.1. */
export const frameHeaderBytes = 9;

/**
 * The largest frame payload in both directions: the initial SETTINGS_MAX_FRAME_SIZE, which is also the smallest that is
 * allowed (RFC 9113, section 6.5.2). We never announce a larger size, and do not use a larger size that a peer
 * announces.
 */
export const maxFrameBytes = 16_384;

/** The connection preface of clients: RFC 9113, section 3.4. */
export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
