export { brokenVectors, type WireVector } from './breaking/broken-vectors.ts';
export { type Breakage, checkBreaking, compareWith, type EarlierApi, wordsOf } from './breaking/check-breaking.ts';
export { releasedVersions } from './breaking/released-versions.ts';
export { runCheck } from './check-command.ts';
export { buildDescriptors, registryOf } from './descriptors.ts';
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
export { wrongGoPackages } from './go-packages.ts';
export { missingDependencies } from './missing-dependencies.ts';
export { runTests } from './test-command.ts';
export { runToolchains } from './toolchains-command.ts';
export { runVerify } from './verify/verify-command.ts';
export { withoutOptions } from './without-options.ts';
