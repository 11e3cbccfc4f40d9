import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node';
import { nodeArgs, Program } from '@example/kit/programs';
import { createTokenIssuer } from '@example/kit/token-issuer';
import { WatchedService } from '../soak/watched-service.ts';
import type { ResourceUsage } from '../usage/resource-usage.ts';
import { usageAtRest } from '../usage/usage-at-rest.ts';
import { type LegalCallsListener, type LegalOutcome, makeLegalCalls } from './legal-load.ts';
import { fillStore, type Target } from './target.ts';

export interface AttackOptions {
  /** The duration of the attack, in milliseconds. */
  readonly attackMs: number;
  /** The duration of the load alone, before the attack, in milliseconds. */
  readonly quietMs: number;
  /** The time that legal calls and health checks may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Receives the number of legal calls so far, after each minute of the attack. */
  readonly onMinute: LegalCallsListener;
}

export interface AttackResult {
  readonly quiet: LegalOutcome;
  readonly attacked: LegalOutcome;
  readonly before: ResourceUsage;
  readonly after: ResourceUsage;
}

/** A small heap, as in a container with half a gigabyte of memory. */
const heapMebibytes = 256;
/** The time for the service to release the resources of the attackers, in milliseconds. */
const releaseMs = 60_000;

/** Attacks OrderService in all ways at once, beside legal load. @throws when the service ends */
export async function attack({ attackMs, quietMs, timeoutMs, onMinute }: AttackOptions): Promise<AttackResult> {
  const folder = mkdtempSync(join(tmpdir(), 'attack-'));
  const issuer = await createTokenIssuer('https://issuer.example.org', 'example');
  const jwks = join(folder, 'jwks.json');
  writeFileSync(jwks, JSON.stringify(issuer.jwks));
  const authorization = `Bearer ${await issuer.issue({ subject: 'legal', scopes: ['admin'] })}`;
  const env = {
    DATABASE_URL: `sqlite:${join(folder, 'orders.db')}`,
    NODE_OPTIONS: `--max-old-space-size=${heapMebibytes}`,
    ...{ AUTH_JWKS: jwks, AUTH_ISSUER: issuer.issuer, AUTH_AUDIENCE: issuer.audience },
  };
  const service = await WatchedService.start(env, []);
  try {
    const { url } = service;
    const headers = { authorization };
    const transports = [
      createGrpcTransport({ baseUrl: url }),
      createConnectTransport({ baseUrl: url, httpVersion: '1.1' }),
    ];
    const orderId = await fillStore(transports[0] as (typeof transports)[0], headers);
    const quiet = await makeLegalCalls(url, transports, headers, quietMs, timeoutMs, onMinute);
    const before = await service.usage();
    const target: Target = { url, authorization, orderId };
    const attackers = new Program(process.execPath, [
      ...nodeArgs(new URL('./attackers.ts', import.meta.url)),
      JSON.stringify(target),
    ]);
    const attacked = await attackers.during(() =>
      makeLegalCalls(url, transports, headers, attackMs, timeoutMs, onMinute),
    );
    await attackers.end('SIGKILL');
    return { quiet, attacked, before, after: await usageAtRest(() => service.usage(), before, releaseMs) };
  } finally {
    await service.end();
    rmSync(folder, { recursive: true });
  }
}
