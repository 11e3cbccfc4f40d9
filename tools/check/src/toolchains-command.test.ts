import { outsidePrograms } from '@example/kit/toolchains';
import { expect, it } from 'vitest';
import { toolchainLines } from './toolchains-command.ts';

it('lists found and missing programs, and how to install those that are missing', () => {
  const missing = { ...outsidePrograms.h2load, candidates: ['/nowhere/h2load'] };
  const found = { ...outsidePrograms.curl, candidates: ['/nowhere/curl', process.execPath] };
  expect(toolchainLines([missing, found])).toEqual([
    'missing  h2load            for pnpm bench; to install it: apt-get install nghttp2-client',
    'found    curl with HTTP/2  for pnpm conformance real-clients',
  ]);
});
