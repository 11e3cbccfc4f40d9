import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runGo } from '@example/kit/toolchains';
import type { Command, Invocation, Outcome } from './commands/command.ts';
import { tools } from './processes/go-tool.ts';
import { runProcess } from './processes/run-process.ts';
import { root } from './root.ts';

const usage = `Generates the TypeScript of the services that outside suites call, from the Go modules that tools/go/go.mod pins.

  pnpm conformance generate
`;

/** Those of connectrpc.conformance.v1 that our programs use. */
const conformanceFiles = ['config', 'server_compat', 'service'];

/** `pnpm conformance generate` */
export const generate: Command = { usage, run: runGenerate };

async function runGenerate({ signal, print }: Invocation): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'descriptors-'));
  try {
    const module = await runGo(tools, ['list', '-m', '-f', '{{.Dir}}', 'connectrpc.com/conformance'], signal);
    const protos = join(module.trim(), 'proto');
    const paths = conformanceFiles.map((name) => join(protos, 'connectrpc', 'conformance', 'v1', `${name}.proto`));
    const interop = join(folder, 'interop.binpb');
    await runGo(tools, ['run', './interop-descriptors', interop], signal);

    rmSync(join(root, 'proofs/conformance/src/gen'), { recursive: true, force: true });
    const template = join(root, 'proofs/conformance/buf.gen.yaml');
    for (const input of [[protos, ...paths.flatMap((path) => ['--path', path])], [interop]]) {
      const args = ['generate', ...input, '--template', template, '--output', root];
      const code = await runProcess(join(root, 'node_modules/.bin/buf'), args, { signal, onLine: print });
      if (code !== 0) return { isPassed: false, figure: 'buf failed' };
    }
    return { isPassed: true, figure: 'generated proofs/conformance/src/gen' };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
