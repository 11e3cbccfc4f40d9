// What was written in one version is read in every other one that is no candidate.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary, toBinary, toJson } from '@bufbuild/protobuf';
import { root } from '@example/kit/root';
import { describe, expect, it } from 'vitest';
import { releasedApis } from '../gates/versions.ts';
import { compareVersions } from './compare-versions.ts';
import { releaseFiles } from './release-record.ts';
import { type WireVector, wireVectors } from './wire-vectors.ts';

const releases = releasedApis(root).map((api) => {
  const text = readFileSync(join(root, 'releases', api.version, releaseFiles.vectors), 'utf8');
  return { ...api, vectors: JSON.parse(text) as WireVector[] };
});

describe.each(releases)('the vectors of $version', ({ version, descriptors, vectors }) => {
  it('are those of its descriptors, one for each message', () => {
    expect(wireVectors(descriptors)).toEqual(vectors);
  });

  const others = releases.filter((other) => other.version !== version);
  it.each(others)('are read and written again by $version', ({ version: other, registry }) => {
    const isLater = compareVersions(other, version) > 0;
    for (const { type, hex, json } of vectors) {
      const message = registry.getMessage(type);
      if (!message) {
        expect(isLater, `${other} has no ${type}`).toBe(false);
        continue;
      }
      const decoded = fromBinary(message, Buffer.from(hex, 'hex'));
      // An older version keeps the fields that it does not know; they come last.
      expect(Buffer.from(toBinary(message, decoded)).length).toBe(hex.length / 2);
      if (isLater) expect(toJson(message, decoded, { registry })).toEqual(json);
    }
  });
});
