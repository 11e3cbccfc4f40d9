export { createFakeClock, type FakeClock } from './fake-clock.ts';
export { createInProcess, Faults, type InProcess } from './in-process.ts';
