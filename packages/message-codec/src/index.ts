export { messageReader } from './message-reader.ts';
export { messageWriter } from './message-writer.ts';
