import { fileURLToPath } from 'node:url';
import { jsonLine, Program } from '@example/kit/programs';
import { buildProgram } from '@example/kit/toolchains';
import type { Outcome } from '../load.ts';
import type { TestedClient } from '../tested-client.ts';

/** The client in Go. A line of JSON starts its load, and an empty line ends the load. */
export const client: TestedClient = {
  async connect({ nameServer, host, port }) {
    const file = await buildProgram(fileURLToPath(new URL('./go', import.meta.url)), '.', 'client-faults');
    const program = new Program(file, [`dns://${nameServer}/${host}:${port}`], { hasInput: true });
    return {
      start(callers, pauseMs) {
        program.writeLine(JSON.stringify({ ...callers, pauseMs }));
        return {
          async stop() {
            program.writeLine('');
            return await program.waitForLine((line) => jsonLine(line) as Outcome | undefined);
          },
        };
      },
      async [Symbol.asyncDispose]() {
        program.endInput();
        await program.end();
      },
    };
  },
};
