import { existsSync } from 'node:fs';
import { ToolchainMissingError } from './toolchains/toolchain-missing-error.ts';

const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** @returns the path of Chromium on this machine. @throws {ToolchainMissingError} */
export function findChromium(): string {
  const path = paths.find((candidate) => existsSync(candidate));
  if (path === undefined) throw new ToolchainMissingError('install Chromium');
  return path;
}
