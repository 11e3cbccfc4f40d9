export { brokenReleases, releasedVersions } from './breaking-changes.ts';
export { runChecks } from './check.ts';
export { compareGenerated, generate } from './generation.ts';
export {
  goVersionFile,
  manifestVersion,
  type PackageVersion,
  packageVersion,
  pythonVersion,
  pythonVersionFile,
  writeVersionFile,
} from './version-file.ts';
export { withoutOptions } from './without-options.ts';
export { checkWorkflows } from './workflow-checks.ts';
