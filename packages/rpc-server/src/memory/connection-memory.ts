import { connectionCost } from '../config/memory-config.ts';
import type { CallerMemory, MemoryBudget } from './memory-budget.ts';

/**
 * The part of the free budget that each connection may always use. Calls of normal size therefore succeed even while
 * other connections of the same caller hold the caller's whole share.
 */
const guaranteedPart = 1 / 64;

/**
 * The part of the budget that one connection uses. The calls of the connection have three limits: a fixed limit for the
 * connection; the free budget, which is never exceeded; and the share of the caller, who may not hold more than is left
 * for all others. Therefore one greedy caller holds at most half of the budget, and two hold a third each.
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

  /** @param limit the limit of the memory that the connection's calls hold, in bytes */
  constructor(budget: MemoryBudget, limit: number, isTls: boolean) {
    this.#budget = budget;
    this.#limit = limit;
    this.#cost = connectionCost(isTls);
    budget.leftForConnections -= this.#cost;
  }

  /** @param address the address of the client, which differs between the calls of a proxy */
  caller(address: string): CallerMemory {
    if (this.#lastCaller === undefined || address !== this.#lastAddress) {
      this.#lastAddress = address;
      this.#lastCaller = this.#budget.caller(address);
    }
    return this.#lastCaller;
  }

  /** @returns false if a limit would be exceeded. Then no bytes are taken */
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
   * @param bytes the bytes in the write buffer of the socket
   * @returns false if the buffer holds more than is left for all other connections. Then end the connection, because
   *   its client does not read
   */
  setBuffered(bytes: number): boolean {
    this.#budget.leftForConnections += this.#buffered - bytes;
    this.#buffered = bytes;
    return bytes <= Math.max(0, this.#budget.leftForConnections);
  }

  /** Call when the socket has closed. Memory that calls hold is released when their handlers have ended. */
  close(): void {
    this.setBuffered(0);
    this.#budget.leftForConnections += this.#cost;
  }
}
