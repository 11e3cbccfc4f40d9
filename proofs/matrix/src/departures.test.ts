// What docs/reference/departures.md says about the commands of the two documents, by running them.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PythonEnvironment } from '@example/kit/toolchains';
import { startProcess } from '@example/rpc-server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goProgram, root } from './programs.ts';
import { whyNot } from './why-not.fixture.ts';

const tools = join(root, 'tools/python');
const generators = new PythonEnvironment({
  folder: join(tools, '.venv'),
  requirements: join(tools, 'requirements.txt'),
});
const noPython = await whyNot(() => generators.install((text) => process.stderr.write(text)));

describe.skipIf(noPython)(noPython ?? 'the chapter, generating Python', () => {
  let folder: string;
  const python = (code: string) => spawnSync(generators.python, ['-c', code], { cwd: folder, encoding: 'utf8' });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'chapter-'));
    mkdirSync(join(folder, 'proto/user/v1'), { recursive: true });
    cpSync(join(root, 'proto/user/v1/user.proto'), join(folder, 'proto/user/v1/user.proto'));
    const command = '-m grpc_tools.protoc -I proto --python_out=. --grpc_python_out=. proto/user/v1/user.proto';
    execFileSync(generators.python, command.split(' '), { cwd: folder });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('writes to user/v1, and not to proto/user/v1', () => {
    expect(existsSync(join(folder, 'user/v1/user_pb2.py'))).toBe(true);
    expect(existsSync(join(folder, 'proto/user/v1/user_pb2.py'))).toBe(false);
    expect(python('from proto.user.v1 import user_pb2').stderr).toContain('ImportError');
    expect(python('from user.v1 import user_pb2, user_pb2_grpc')).toMatchObject({ status: 0, stderr: '' });
  });

  it('has an int64 as an int, and not as a text', () => {
    const code = 'from user.v1 import user_pb2; print(repr(user_pb2.User(id=2**53 + 1).id))';
    expect(python(code).stdout).toBe('9007199254740993\n');
  });

  it('knows from an absent one a zero that is `optional`, and needs no wrapper type for it', () => {
    cpSync(join(root, 'proofs/matrix/vectors/python/gen/vectors'), join(folder, 'vectors'), { recursive: true });
    const code = `
from vectors.v1.vectors_pb2 import Vector
print(Vector(optional_value=0).HasField("optional_value"), Vector().HasField("optional_value"))`;
    expect(python(code).stdout).toBe('True False\n');
  });
});

const noGo = await whyNot(() => goProgram('tools/go', 'github.com/fullstorydev/grpcurl/cmd/grpcurl', 'grpcurl'));

it.skipIf(noGo)(noGo ?? 'the guide’s grpcurl finds the service under its versioned name alone', async () => {
  const grpcurl = await goProgram('tools/go', 'github.com/fullstorydev/grpcurl/cmd/grpcurl', 'grpcurl');
  const folder = mkdtempSync(join(tmpdir(), 'guide-'));
  const main = join(root, 'packages/order-service/src/main.ts');
  const service = await startProcess(main, { DATABASE_URL: `sqlite:${join(folder, 'order.db')}`, LOG_LEVEL: 'info' });
  try {
    const create = (name: string) => {
      const args = ['-plaintext', '-d', '{"customer_id": "cust-1"}', new URL(service.url).host, `${name}/CreateOrder`];
      return spawnSync(grpcurl, args, { encoding: 'utf8' });
    };
    expect(create('order.OrderService').stderr).toContain('does not expose service "order.OrderService"');
    expect(JSON.parse(create('order.v1.OrderService').stdout)).toMatchObject({ customerId: 'cust-1' });
  } finally {
    await service.end('SIGTERM');
    rmSync(folder, { recursive: true });
  }
});
