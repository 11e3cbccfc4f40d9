import { runMatrix } from '@example/matrix';

process.exitCode = await runMatrix(process.argv.slice(2), process);
