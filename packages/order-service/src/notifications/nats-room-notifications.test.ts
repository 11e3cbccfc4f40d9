import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createAuthority } from '@example/kit/authority';
import type { Logger } from '@example/rpc-server';
import { afterEach, describe, expect, it } from 'vitest';
import { NatsRoomNotifications } from './nats-room-notifications.ts';
import { type NatsServer, startNats, whyNoNats } from './nats-server.fixture.ts';

const missing = whyNoNats();
const patient = { timeout: 30_000 };

describe.skipIf(missing)(missing ?? 'NatsRoomNotifications', () => {
  let server: NatsServer;
  const opened: NatsRoomNotifications[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((notifications) => notifications.close()));
    await server.kill();
  });

  const errors: string[] = [];
  const logger = {
    info: () => {},
    warn: () => {},
    error: ({ err }: { err: Error }) => errors.push(err.message),
  } as unknown as Logger;

  function open(url: string): NatsRoomNotifications {
    const notifications = new NatsRoomNotifications(url, logger);
    opened.push(notifications);
    return notifications;
  }

  /** Sends notifications until one arrives, because the first of them may be lost. */
  async function expectDelivery(from: NatsRoomNotifications, to: NatsRoomNotifications): Promise<void> {
    let received = 0;
    const unsubscribe = to.subscribe('ord-1', () => {
      received += 1;
    });
    await expect
      .poll(() => {
        from.notify('ord-1');
        return received;
      }, patient)
      .toBeGreaterThan(0);
    unsubscribe();
  }

  const withUserinfo = (userinfo: string) => server.url.replace('nats://', `nats://${userinfo}@`);

  it('authenticates with the user and password of the URL', async () => {
    server = await startNats(0, ['--user', 'aoife', '--pass', 'p@ss/word']);
    const url = withUserinfo('aoife:p%40ss%2Fword');
    await expectDelivery(open(url), open(url));
  });

  it('authenticates with the token of the URL', async () => {
    server = await startNats(0, ['--auth', 's3cret']);
    const url = withUserinfo('s3cret');
    await expectDelivery(open(url), open(url));
  });

  it('keeps trying while its credentials are rejected, and logs the error once', async () => {
    server = await startNats(0, ['--user', 'aoife', '--pass', 'old']);
    const url = withUserinfo('aoife:new');
    errors.length = 0;
    const [one, other] = [open(url), open(url)];
    await expect.poll(() => errors, patient).toHaveLength(2);
    expect(errors[0]).toMatch(/Authorization Violation/i);
    const port = Number(new URL(url).port);
    await server.kill();
    server = await startNats(port, ['--user', 'aoife', '--pass', 'new']);
    await expectDelivery(one, other);
    await server.kill();
    errors.length = 0;
    server = await startNats(port, ['--user', 'aoife', '--pass', 'newer']);
    await expect.poll(() => errors, patient).toContain('Authorization Violation');
    await server.kill();
    server = await startNats(port, ['--user', 'aoife', '--pass', 'new']);
    await expectDelivery(one, other);
  });

  it('requires TLS for a tls:// URL', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nats-'));
    const authority = await createAuthority();
    const { cert, key } = await authority.issueForServer('localhost');
    const before = getCACertificates('default');
    setDefaultCACertificates([...before, authority.cert]);
    writeFileSync(join(folder, 'cert.pem'), cert);
    writeFileSync(join(folder, 'key.pem'), key);
    server = await startNats(0, ['--tls', '--tlscert', join(folder, 'cert.pem'), '--tlskey', join(folder, 'key.pem')]);
    const url = server.url.replace('nats://127.0.0.1', 'tls://localhost');
    await expectDelivery(open(url), open(url));

    await server.kill();
    errors.length = 0;
    server = await startNats();
    open(server.url.replace('nats://127.0.0.1', 'tls://localhost'));
    await expect.poll(() => errors, patient).toEqual(["server does not support 'tls'"]);
    setDefaultCACertificates(before);
    rmSync(folder, { recursive: true });
  });
});
