export { type OrderServiceConfig, readConfig } from './config.ts';
export { startOrderService } from './start.ts';
