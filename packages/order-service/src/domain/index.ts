export type { Actor } from './actor.ts';
export { Chat } from './chat.ts';
export type { ChatInput, ChatMessage } from './chat-message.ts';
export type { Order, UploadItem } from './order.ts';
export { Orders } from './orders.ts';
