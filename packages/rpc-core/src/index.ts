// The parts of RPC that clients and servers share.
export { ByteBuffer } from './byte-buffer.ts';
export { type Clock, type ClockTimer, longestTimerMs, systemClock } from './clock.ts';
export { type CodecOptions, jsonTextWriter, protoReader, protoWriter } from './codec.ts';
export { compressions, compressMinBytes, decompress } from './compression.ts';
export { type Envelope, EnvelopeFlag, envelopeHeader, envelopeHeaderBytes } from './envelope.ts';
export { EnvelopeReader } from './envelope-reader.ts';
export { decodeLoadReport, encodeLoadReport, type LoadReport, loadReportField } from './load-report.ts';
export { messageTooLarge, tooManyElements } from './message-limits.ts';
export { type TimerEntry, TimerWheel } from './timer-wheel.ts';
export { toHeaders } from './to-headers.ts';
export { viewOf } from './view-of.ts';
