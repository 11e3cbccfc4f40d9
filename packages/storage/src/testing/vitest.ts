// Helpers for test files. Not exported from index.ts, because programs outside of Vitest import that file, too.
export { describeWithPostgres, openOnStoppedPostgres } from './describe-with-postgres.ts';
export { expectUnavailable } from './expect-unavailable.ts';
export { writeDuringFailover } from './write-during-failover.ts';
