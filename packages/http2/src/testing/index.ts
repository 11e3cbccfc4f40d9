// The subpath export `@example/http2/testing`: a raw client, and frames as bytes, for tests of servers.
export { Setting } from '../connection/settings.ts';
export { Flag, FrameType, maxFrameBytes, preface } from '../frames/frame-type.ts';
export { literals, RawClient } from './raw-client.ts';
export { frame, parseFrames, type RawFrame, settingsPayload, uint32s } from './raw-frames.ts';
