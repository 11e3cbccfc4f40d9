import { Setting } from '@example/http2/testing';
import type { Random } from '@example/kit/random';
import { ClientScript, type Path } from './client-script.ts';
import { randomFields, repeatedFields } from './random-fields.ts';

export interface ValidScriptOptions {
  /** The maximum number of moves. Each move adds one frame or a few frames. */
  readonly moves: number;
  /** The maximum number of bytes of DATA. */
  readonly dataBudget?: number;
}

type Move = (script: ClientScript) => void;

const maxRequests = 60;
const usualPaths: readonly Path[] = [
  '/ok',
  '/ok',
  '/ok',
  '/ok',
  '/held',
  '/early',
  '/echo',
  '/echo',
  '/reset',
  '/large',
];
const usualWindow = 65_535;

// A move that is listed several times is more likely by that factor.
const moves: readonly Move[] = [
  begin,
  begin,
  begin,
  begin,
  goOn,
  goOn,
  goOn,
  goOn,
  end,
  end,
  end,
  (script) => withOpen(script, (request) => script.reset(request)),
  (script) => script.ping(),
  (script) => script.priority(),
  (script) => script.unknown(),
  (script) => script.settings(randomSettings(script.random)),
  (script) => script.windowUpdate(0, script.random.between(1, 100_000)),
  widenStream,
];

/** A connection without violations. Its windows may be too small for the responses. */
export function validScript(random: Random, { moves: most, dataBudget }: ValidScriptOptions): ClientScript {
  const script = new ClientScript(random, dataBudget);
  script.settings(random.chance(0.5) ? randomSettings(random) : []);
  if (random.chance(0.9)) script.acknowledgeSettings();
  for (let left = random.between(1, most); left > 0; left--) random.pick(moves)(script);
  for (const request of script.openRequests) if (random.chance(0.9)) script.end(request);
  return script;
}

function begin(script: ClientScript): void {
  const { random } = script;
  if (script.requests.length >= maxRequests) return;
  const fields = script.hpack.isSteady ? repeatedFields(random) : randomFields(random);
  const path = script.hpack.isSteady && random.chance(0.6) ? '/ok' : random.pick(usualPaths);
  script.request({ path, ends: random.chance(0.4), fields });
}

function goOn(script: ClientScript): void {
  const { random } = script;
  withOpen(script, (request) => {
    script.data(request, random.chance(0.9) ? random.between(0, 300) : random.between(0, 16_000), random.chance(0.2));
  });
}

function end(script: ClientScript): void {
  withOpen(script, (request) => script.end(request));
}

function widenStream(script: ClientScript): void {
  const { random } = script;
  if (script.requests.length === 0) return;
  script.windowUpdate(random.pick(script.requests).id, random.between(1, 100_000));
}

function withOpen(script: ClientScript, action: (request: ClientScript['requests'][number]) => void): void {
  const open = script.openRequests;
  if (open.length > 0) action(script.random.pick(open));
}

function randomSettings(random: Random): [number, number][] {
  const choices: [number, number][] = [
    [Setting.HEADER_TABLE_SIZE, random.between(0, 10_000)],
    [Setting.ENABLE_PUSH, 0],
    [Setting.MAX_CONCURRENT_STREAMS, random.between(0, 1_000)],
    [Setting.INITIAL_WINDOW_SIZE, random.chance(0.5) ? random.between(0, 1_000) : random.between(0, 2 * usualWindow)],
    [Setting.MAX_FRAME_SIZE, random.between(16_384, 2 ** 24 - 1)],
    [Setting.MAX_HEADER_LIST_SIZE, random.between(1_000, 100_000)],
    [random.between(0x20, 0xffff), random.between(0, 2 ** 31)],
  ];
  return random.shuffled(choices).slice(0, random.between(0, choices.length));
}
