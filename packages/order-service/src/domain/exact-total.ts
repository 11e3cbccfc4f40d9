import Big from 'big.js';
import type { LineItem } from './order.ts';

/**
 * The sum of quantity times unit price without rounding. A price counts as its shortest decimal form, so that three
 * times 0.1 is 0.3.
 */
export class ExactTotal {
  #sum = new Big(0);

  add({ quantity, unitPrice }: LineItem): void {
    this.#sum = this.#sum.plus(new Big(unitPrice).times(quantity));
  }

  /** The sum, rounded once to the nearest double. */
  get value(): number {
    return Number(this.#sum.toString());
  }
}
