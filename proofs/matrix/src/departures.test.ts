// Runs the commands of the two documents, and checks the statements of the page about departures.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outputOf, startNodeServer } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { installPython, skipReason, toolsPython } from '@example/kit/toolchains';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grpcurlProgram } from './build-once.ts';

/** A timeout in milliseconds, long enough to install missing toolchains. */
const timeout = 180_000;

const noPython = await skipReason(() => installPython(toolsPython));

describe.skipIf(noPython)(noPython ?? 'the chapter’s command for Python', () => {
  let folder: string;
  const python = (code: string) => spawnSync(toolsPython.python, ['-c', code], { cwd: folder, encoding: 'utf8' });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chapter-'));
    mkdirSync(join(folder, 'proto/user/v1'), { recursive: true });
    cpSync(join(root, 'proto/user/v1/user.proto'), join(folder, 'proto/user/v1/user.proto'));
    const command = '-m grpc_tools.protoc -I proto --python_out=. --grpc_python_out=. proto/user/v1/user.proto';
    await outputOf(toolsPython.python, command.split(' '), { cwd: folder });
  }, timeout);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('writes to user/v1, and not to proto/user/v1', () => {
    expect(existsSync(join(folder, 'user/v1/user_pb2.py'))).toBe(true);
    expect(existsSync(join(folder, 'proto/user/v1/user_pb2.py'))).toBe(false);
    expect(python('from proto.user.v1 import user_pb2').stderr).toContain('ImportError');
    expect(python('from user.v1 import user_pb2, user_pb2_grpc')).toMatchObject({ status: 0, stderr: '' });
  });

  it('reads an int64 as an int, and not as a text', () => {
    const code = 'from user.v1 import user_pb2; print(repr(user_pb2.User(id=2**53 + 1).id))';
    expect(python(code).stdout).toBe('9007199254740993\n');
  });

  it('tells a zero of an `optional` field from an absent one without a wrapper type', () => {
    cpSync(join(root, 'proofs/matrix/vectors/python/gen/vectors'), join(folder, 'vectors'), { recursive: true });
    const code = `
from vectors.v1.vectors_pb2 import Vector
print(Vector(optional_value=0).HasField("optional_value"), Vector().HasField("optional_value"))`;
    expect(python(code).stdout).toBe('True False\n');
  });
});

const noGo = await skipReason(grpcurlProgram);

it.skipIf(noGo)(noGo ?? 'grpcurl finds the service of the guide by its versioned name alone', { timeout }, async () => {
  const grpcurl = await grpcurlProgram();
  const folder = mkdtempSync(join(tmpdir(), 'guide-'));
  {
    const main = join(root, 'packages/order-service/src/main.ts');
    await using service = await startNodeServer(main, { DATABASE_URL: `sqlite:${join(folder, 'order.db')}` });
    const create = (name: string) => {
      const args = ['-plaintext', '-d', '{"customer_id": "cust-1"}', new URL(service.url).host, `${name}/CreateOrder`];
      return spawnSync(grpcurl, args, { encoding: 'utf8' });
    };
    expect(create('order.OrderService').stderr).toContain('does not expose service "order.OrderService"');
    expect(JSON.parse(create('order.v1.OrderService').stdout)).toMatchObject({ customerId: 'cust-1' });
  }
  rmSync(folder, { recursive: true });
});
