import { checkWorkflows } from '@example/dev';

process.exitCode = await checkWorkflows((text) => process.stdout.write(text));
