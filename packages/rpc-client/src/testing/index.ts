export { createInProcess, Faults, type InProcess } from './in-process.ts';
