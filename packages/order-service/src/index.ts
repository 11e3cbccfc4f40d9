export { type OrderServiceConfig, readConfig } from './config.ts';
export type { Order } from './domain/order.ts';
export { startOrderService } from './start.ts';
export { openOrderRepository } from './store/open-order-repository.ts';
