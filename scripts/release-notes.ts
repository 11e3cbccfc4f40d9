import { runReleaseNotes } from '../packages/release/src/gates/notes-command.ts';

process.exitCode = runReleaseNotes(process.argv.slice(2), process);
