import { describe, expect, it } from 'vitest';
import { ConnectionMemory } from './connection-memory.ts';
import { MemoryBudget } from './memory-budget.ts';

const budgetBytes = 64_000_000;

function connections(count: number, limit = budgetBytes) {
  const budget = new MemoryBudget(2 * budgetBytes);
  return { budget, all: Array.from({ length: count }, () => new ConnectionMemory(budget, limit, false)) };
}

/** Takes pieces of 10,000 bytes until one is refused. @returns the bytes that were taken */
function takeAll(memory: ConnectionMemory, address: string): number {
  const caller = memory.caller(address);
  let taken = 0;
  while (memory.take(caller, 10_000)) taken += 10_000;
  return taken;
}

describe('the memory of a connection', () => {
  it('is at most its own limit, and can be used again once released', () => {
    const [memory] = connections(1, 1_000).all as [ConnectionMemory];
    const caller = memory.caller('a');
    expect([memory.take(caller, 600), memory.take(caller, 600)]).toEqual([true, false]);
    memory.release(caller, 600);
    expect(memory.take(caller, 1_000)).toBe(true);
  });

  it.each([1, 2, 9])('is the same share for each of %i greedy callers and for the one after them', (count) => {
    const { all } = connections(count + 1);
    const last = all.pop() as ConnectionMemory;
    // The callers take memory in turns, as much as they can, until none gets any more.
    const taken = all.map(() => 0);
    for (let round = 0; round < 10_000; round++) {
      for (const [index, memory] of all.entries()) {
        if (memory.take(memory.caller(`${index}`), 10_000)) (taken[index] as number) += 10_000;
      }
    }
    const share = budgetBytes / (count + 1);
    for (const bytes of taken) expect(bytes / share).toBeCloseTo(1, 1);
    expect(takeAll(last, 'other') / (share / 2)).toBeCloseTo(1, 1);
  });

  it('is half of the budget for 100 connections of one caller, and small calls of the caller still succeed', () => {
    const { all } = connections(101);
    const last = all.pop() as ConnectionMemory;
    const taken = all.reduce((sum, memory) => sum + takeAll(memory, 'a'), 0);
    expect(taken / budgetBytes).toBeGreaterThan(0.5);
    expect(taken / budgetBytes).toBeLessThan(0.9);
    expect(last.take(last.caller('a'), 50_000)).toBe(true);
    expect(last.take(last.caller('a'), 500_000)).toBe(false);
    expect(last.take(last.caller('b'), 2_000_000)).toBe(true);
  });

  it('is released by calls that end after it has closed', () => {
    const { budget, all } = connections(1);
    const [memory] = all as [ConnectionMemory];
    const caller = memory.caller('a');
    memory.take(caller, 5_000);
    memory.setBuffered(7_000);
    expect([budget.leftForCalls, budget.leftForConnections]).toEqual([63_995_000, 64_000_000 - 32_768 - 7_000]);
    memory.close();
    memory.release(caller, 5_000);
    expect([budget.leftForCalls, budget.leftForConnections, caller.used]).toEqual([64_000_000, 64_000_000, 0]);
  });

  it('refuses more unread bytes in its socket than are left, and other connections continue', () => {
    const { all } = connections(400);
    const ended = all.filter((memory) => !memory.setBuffered(200_000));
    expect(ended.length).toBeGreaterThan(100);
    for (const memory of ended) memory.close();
    expect(all.find((memory) => !ended.includes(memory))?.setBuffered(10_000)).toBe(true);
  });
});
