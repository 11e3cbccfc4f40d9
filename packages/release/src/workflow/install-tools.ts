import { installModuleZip } from '../artefacts/go-module.ts';
import { pythonTools } from '../python-tools.ts';
import { signingEnvironment } from './sign-python.ts';

/** Installs what the other steps build, check, sign and upload with, so that nothing is installed where there is a token. */
export async function installTools(): Promise<void> {
  pythonTools();
  signingEnvironment();
  await installModuleZip();
}
