export { brokenReleases } from './breaking-changes.ts';
export { runChecks } from './check.ts';
export { compareGenerated, generate } from './generation.ts';
export { root } from './root.ts';
export { runDev } from './run-dev.ts';
