import { connectionCost } from '../config/memory-config.ts';
import type { CallerMemory, MemoryBudget } from './memory-budget.ts';

/**
 * The part of the free budget that a connection may always use, so that calls of normal size succeed while other
 * connections of the same caller hold the whole share of the caller.
 */
const guaranteedPart = 1 / 64;

/**
 * The part of the budget that one connection uses. What its calls hold is bounded three times: by the limit of a
 * connection; by what is left, so that the budget is never exceeded; and by the share of the caller, who may not hold
 * more than is left for all others. One greedy caller therefore holds at most half, two a third each.
 */
export class ConnectionMemory {
  readonly #budget: MemoryBudget;
  readonly #limit: number;
  readonly #cost: number;
  /** The bytes that the calls of the connection hold. */
  #used = 0;
  /** The bytes in the write buffer of its socket. */
  #buffered = 0;
  #lastAddress = '';
  #lastCaller: CallerMemory | undefined;

  /** @param limit of what its calls hold, in bytes */
  constructor(budget: MemoryBudget, limit: number, isTls: boolean) {
    this.#budget = budget;
    this.#limit = limit;
    this.#cost = connectionCost(isTls);
    budget.leftForConnections -= this.#cost;
  }

  /** @param address of the client, which differs between the calls of a proxy */
  caller(address: string): CallerMemory {
    if (this.#lastCaller === undefined || address !== this.#lastAddress) {
      this.#lastAddress = address;
      this.#lastCaller = this.#budget.caller(address);
    }
    return this.#lastCaller;
  }

  /** @returns false if a limit would be exceeded. Nothing is taken then */
  take(caller: CallerMemory, bytes: number): boolean {
    const used = this.#used + bytes;
    const left = this.#budget.leftForCalls - bytes;
    if (used > this.#limit || (caller.used + bytes > left && used > left * guaranteedPart)) return false;
    this.release(caller, -bytes);
    return true;
  }

  release(caller: CallerMemory, bytes: number): void {
    this.#used -= bytes;
    caller.used -= bytes;
    this.#budget.leftForCalls += bytes;
  }

  /**
   * @param bytes in the write buffer of the socket
   * @returns false if they are more than is left for all others. End the connection then: its client does not read
   */
  setBuffered(bytes: number): boolean {
    this.#budget.leftForConnections += this.#buffered - bytes;
    this.#buffered = bytes;
    return bytes <= Math.max(0, this.#budget.leftForConnections);
  }

  /** Call when the socket has closed. What calls hold is released when their handlers have ended. */
  close(): void {
    this.setBuffered(0);
    this.#budget.leftForConnections += this.#cost;
  }
}
