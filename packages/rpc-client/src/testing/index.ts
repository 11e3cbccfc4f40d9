export { createInProcess, Faults, type InProcess } from './in-process.ts';
export { type NameServer, startNameServer } from './name-server.ts';
