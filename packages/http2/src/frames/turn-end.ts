/** What has something to do at the end of this turn of the event loop. */
export interface TurnEnd {
  onTurnEnd(): void;
}

let waiting: TurnEnd[] = [];

/** Calls `onTurnEnd` once, when all sockets that had something to read in this turn have been read. */
export function atTurnEnd(one: TurnEnd): void {
  if (waiting.push(one) === 1) setImmediate(endTurn);
}

function endTurn(): void {
  const all = waiting;
  waiting = [];
  for (const one of all) one.onTurnEnd();
}
