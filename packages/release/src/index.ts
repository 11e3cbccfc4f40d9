export { type Artefact, type Artefacts, type BuildOptions, buildArtefacts } from './artefacts/build-artefacts.ts';
export { runPublish } from './commands/publish.ts';
export { runRelease } from './commands/release.ts';
