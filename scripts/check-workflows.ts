import { checkWorkflows } from '@example/check';

process.exitCode = await checkWorkflows((text) => process.stdout.write(text));
