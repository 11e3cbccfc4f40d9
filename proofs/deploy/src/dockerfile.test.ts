import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputOf } from '@example/kit/programs';
import { skipReason } from '@example/kit/toolchains';
import { expect, it } from 'vitest';
import { dockerFolder } from './image.ts';
import { hadolint, installValidators } from './validators.ts';

const why = await skipReason(installValidators);
const check = (dockerfile: string) => outputOf(hadolint, ['--failure-threshold', 'style', '-'], { input: dockerfile });

it.skipIf(why)(`hadolint finds nothing in the Dockerfile${why ?? ''}`, async () => {
  const dockerfile = readFileSync(join(dockerFolder, 'Dockerfile'), 'utf8');
  expect(await check(dockerfile)).toBe('');
  await expect(check(dockerfile.replace('WORKDIR /data', 'WORKDIR data'))).rejects.toThrow('DL3000');
});
