import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from '@example/kit/programs';
import { examplePython, installPython, needProgram, skipReason } from '@example/kit/toolchains';
import { expect, it, onTestFinished } from 'vitest';
import { buildGoServer, buildPythonServer } from './example-servers.ts';

const noGo = await skipReason(() => needProgram('go'));
const noPython = await skipReason(() => installPython(examplePython));

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'example-server-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

const anyPorts = ['--user-address', '127.0.0.1:0', '--order-address', '127.0.0.1:0'];

it.skipIf(noGo)(`the Go server is one static program${noGo ?? ''}`, async () => {
  const outdir = folder();
  await buildGoServer(outdir);
  expect(readdirSync(outdir)).toEqual(['server']);
  const binary = readFileSync(join(outdir, 'server'), 'latin1');
  // The path of the dynamic linker. A static program does not contain it.
  expect(binary).not.toContain('/ld-linux');
  expect(binary).not.toContain(process.cwd());
  await using program = new Program(join(outdir, 'server'), anyPorts, { isEnvClean: true });
  await program.waitForLine((line) => /^OrderService listening on (.*)$/.exec(line)?.[1]);
  expect(await program.end()).toEqual({ code: 0, signal: null });
});

it.skipIf(noPython)(`the wheels contain the Python server and our packages for it${noPython ?? ''}`, async () => {
  const outdir = folder();
  await buildPythonServer(outdir);
  const wheels = readdirSync(outdir).sort();
  expect(wheels).toEqual([
    expect.stringMatching(/^example_protos-[\d.]+-py3-none-any\.whl$/),
    expect.stringMatching(/^example_services-[\d.]+-py3-none-any\.whl$/),
  ]);
  // Python can import from wheels directly. Third-party packages are in the environment of the examples.
  const path = wheels.map((wheel) => join(outdir, wheel)).join(':');
  const args = ['-P', '-m', 'example_services.server', ...anyPorts];
  await using program = new Program(examplePython.python, args, { env: { PYTHONPATH: path }, cwd: outdir });
  await program.waitForLine((line) => /^OrderService listening on (.*)$/.exec(line)?.[1]);
  expect(await program.end()).toEqual({ code: 0, signal: null });
  expect(
    execFileSync(examplePython.python, ['-m', 'zipfile', '-l', join(outdir, wheels[1] ?? '')], { encoding: 'utf8' }),
  ).not.toContain('tests/');
});
