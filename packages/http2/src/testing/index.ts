export { Flag, FrameType, maxFrameBytes, preface } from '../frames/frame-type.ts';
export { Setting } from '../settings.ts';
export { literals, RawClient } from './raw-client.ts';
export { frame, parseFrames, type RawFrame, settingsPayload, uint32s } from './raw-frames.ts';
