import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anyCommand } from '@example/kit/command-line';
import { runProgram } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { outsideModule, runInModule } from '@example/kit/toolchains';

const usage = `Generates the TypeScript code of the services that the suites call, from the modules of the suites.

  pnpm conformance generate
`;

/** The files of connectrpc.conformance.v1 that our programs use. */
const conformanceFiles = ['client_compat', 'config', 'server_compat', 'service'];

/** `pnpm conformance generate` */
export const generate = anyCommand({
  usage,
  options: {},
  async run({ signal, print }) {
    const folder = mkdtempSync(join(tmpdir(), 'descriptors-'));
    try {
      const module = await runInModule(
        outsideModule,
        ['list', '-m', '-f', '{{.Dir}}', 'connectrpc.com/conformance'],
        signal,
      );
      const protos = join(module.trim(), 'proto');
      const paths = conformanceFiles.map((name) => join(protos, 'connectrpc', 'conformance', 'v1', `${name}.proto`));
      const interop = join(folder, 'interop.binpb');
      await runInModule(outsideModule, ['run', './interop-descriptors', interop], signal);

      rmSync(join(root, 'proofs/conformance/src/gen'), { recursive: true, force: true });
      const template = join(root, 'proofs/conformance/buf.gen.yaml');
      for (const input of [[protos, ...paths.flatMap((path) => ['--path', path])], [interop]]) {
        const args = ['generate', ...input, '--template', template, '--output', root];
        const code = await runProgram(join(root, 'node_modules/.bin/buf'), args, { signal, onLine: print });
        if (code !== 0) return false;
      }
      print('generated proofs/conformance/src/gen');
      return true;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
});
