export { releasedVersions } from './breaking-changes.ts';
export { runCheck } from './check-command.ts';
export { runGenerate } from './generate/generate-command.ts';
export { generate } from './generate/generation.ts';
export {
  goVersionFile,
  manifestVersion,
  type PackageVersion,
  packageVersion,
  pythonVersion,
  pythonVersionFile,
  writeVersionFile,
} from './generate/version-file.ts';
export { missingDependencies } from './missing-dependencies.ts';
export { runTests } from './test-command.ts';
export { runToolchains } from './toolchains-command.ts';
export { runVerify } from './verify/verify-command.ts';
export { withoutOptions } from './without-options.ts';
