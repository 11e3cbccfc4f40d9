import { StoreOverloadedError } from '@example/service-kit';
import type postgres from 'postgres';
import { afterEach, expect, it, vi } from 'vitest';
import { PostgresPool } from './postgres-pool.ts';

afterEach(() => void vi.useRealTimers());

it('a pool is overloaded while a task has waited for too long', async () => {
  vi.useFakeTimers();
  const pool = new PostgresPool(1, () => ({}) as postgres.Sql);
  const release = Promise.withResolvers<void>();
  const running = pool.use(60_000, () => release.promise);
  vi.advanceTimersByTime(10_000);
  expect(() => pool.checkWait()).not.toThrow();
  const waiting = pool.use(60_000, async () => {});
  vi.advanceTimersByTime(5_000);
  expect(() => pool.checkWait()).not.toThrow();
  vi.advanceTimersByTime(1);
  expect(() => pool.checkWait()).toThrow(StoreOverloadedError);
  release.resolve();
  await Promise.all([running, waiting]);
  expect(() => pool.checkWait()).not.toThrow();
});
