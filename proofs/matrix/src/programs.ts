import { delimiter, join } from 'node:path';
import { buildGo, PythonEnvironment } from '@example/kit/toolchains';

export const root = join(import.meta.dirname, '../../..');

const built = new Map<string, Promise<string>>();

/** Builds a Go program once. @returns its path */
export function goProgram(module: string, packagePath: string, name: string): Promise<string> {
  const program = built.get(name) ?? buildGo(join(root, module), packagePath, name);
  built.set(name, program);
  return program;
}

/** For each Node: it keeps what it compiles for the next one, which takes half the time to start. */
export const nodeEnv = { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/interop') };

const examples = join(root, 'examples/python');

/** What the Python server and the clients on grpcio run in. */
export const pythonExample = new PythonEnvironment({
  folder: join(examples, '.venv'),
  requirements: join(examples, 'requirements.txt'),
});

/** Where Python finds what is not installed: what is generated, and the example. */
export const pythonPath = [join(root, 'gen/python'), join(examples, 'src')].join(delimiter);
