export { runDev } from './run-dev.ts';
