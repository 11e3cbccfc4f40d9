export { elementLimit } from './element-limit.ts';
export { jsonElementLimit } from './json/json-element-limit.ts';
export { jsonReader } from './json/json-reader.ts';
export { jsonWriter } from './json/json-writer.ts';
export { type MessageReader, messageReader } from './message-reader.ts';
export { messageWriter } from './message-writer.ts';
