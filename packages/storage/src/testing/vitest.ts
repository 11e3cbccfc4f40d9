// Helpers for test files. They are apart from index.ts, which also programs outside of Vitest import.
export { describeWithPostgres, openOnStoppedPostgres } from './describe-with-postgres.ts';
export { expectUnavailable } from './expect-unavailable.ts';
export { writeDuringFailover } from './write-during-failover.ts';
