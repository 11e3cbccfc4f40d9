import { names } from '@example/kit/names';
import { beforeEach, describe, expect, it } from 'vitest';
import { pausesMs, publishTo } from './publish-release.ts';
import { ConflictError, type Target } from './registry-target.ts';

describe('a registry that returns an upload only after a while', () => {
  function lagging(lateBy: number) {
    let asked = 0;
    const target: Target = {
      name: 'npm',
      what: `${names.npmPackage}@1.0.0`,
      // The first request comes before the upload.
      isPublished: async () => asked++ >= lateBy,
      checkAccess: async () => {},
      publish: async () => {},
    };
    return { target, asked: () => asked };
  }
  let printed: string[];
  beforeEach(() => {
    printed = [];
  });
  const print = (line: string) => printed.push(line);

  it('is queried again until it returns the upload', async () => {
    const { target, asked } = lagging(3);
    await publishTo([target], '1.0.0', print, [1, 1, 1]);
    expect(printed).toEqual([`published  ${names.npmPackage}@1.0.0`]);
    expect(asked()).toBe(4);
  });

  it('is an error after the last pause', async () => {
    const { target, asked } = lagging(9);
    await expect(publishTo([target], '1.0.0', print, [1, 1, 1])).rejects.toThrow(
      `npm has accepted ${names.npmPackage}@1.0.0, and does not show it:\n- the registry does not have it yet`,
    );
    expect(asked()).toBe(5);
  });

  it('is not queried again when it returns other bytes', async () => {
    const { target, asked } = lagging(1);
    const other: Target = {
      ...target,
      async isPublished() {
        if (await target.isPublished()) throw new ConflictError('other bytes');
        return false;
      },
    };
    await expect(publishTo([other], '1.0.0', print, [1, 1, 1])).rejects.toThrow('other bytes');
    expect(asked()).toBe(2);
  });

  it('is queried for two minutes', () => {
    expect(pausesMs.reduce((sum, pause) => sum + pause)).toBe(120_000);
  });
});
