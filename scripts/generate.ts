import { generate, root } from '@example/dev';

generate(root, (text) => process.stdout.write(text));
