import { join } from 'node:path';
import { goVersionFile, type PackageVersion, pythonVersionFile, writeVersionFile } from '@example/check';
import { root } from '@example/kit/root';
import { PythonEnvironment } from '@example/kit/toolchains';
import { run } from './run.ts';

const templates = ['buf.gen.yaml', 'tools/go/buf.gen.go.yaml', 'tools/python/buf.gen.python.yaml'];

export interface GenerateOptions {
  /** The root of a repository, with what the templates name. Default: this one. */
  readonly repository?: string;
  /** What buf reads. Default: what each template names. */
  readonly input?: string;
}

/**
 * Makes the code of all languages, and the files that say the version.
 *
 * @param folder that the files go to
 * @throws {ToolchainMissingError} when Python is missing
 */
export async function generateCode(
  folder: string,
  version: PackageVersion,
  { repository = root, input }: GenerateOptions,
): Promise<void> {
  const environment = {
    folder: join(root, 'tools/python/.venv'),
    requirements: join(root, 'tools/python/requirements.txt'),
  };
  new PythonEnvironment(environment).install((text) => process.stderr.write(text));
  for (const template of templates) {
    await run('buf', ['generate', ...(input ? [input] : []), '--template', template, '-o', folder], {
      cwd: repository,
    });
  }
  for (const file of [goVersionFile, pythonVersionFile]) writeVersionFile(file, version, folder);
}
