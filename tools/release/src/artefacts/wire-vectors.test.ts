// A message that one version writes can be read by every other released version. Candidates are not compared.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary, toBinary, toJson } from '@bufbuild/protobuf';
import type { WireVector } from '@example/check';
import { root } from '@example/kit/root';
import { describe, expect, it } from 'vitest';
import { releaseFiles } from '../prepare/release-record.ts';
import { releasedApis } from '../released-apis.ts';
import { compareVersions } from '../versions.ts';
import { wireVectors } from './wire-vectors.ts';

const releases = releasedApis(root).map((api) => {
  const text = readFileSync(join(root, 'releases', api.version, releaseFiles.vectors), 'utf8');
  return { ...api, vectors: JSON.parse(text) as WireVector[] };
});

// Vitest treats a test file without tests as an error.
if (releases.length === 0) it.skip('wire vectors: releases/ is empty');

describe.each(releases)('the wire vectors of $version', ({ version, descriptors, vectors }) => {
  it('match its descriptor set, one for each message', () => {
    expect(wireVectors(descriptors)).toEqual(vectors);
  });

  const others = releases.filter((other) => other.version !== version);
  it.each(others)('are decoded and encoded again by $version', ({ version: other, registry }) => {
    const isLater = compareVersions(other, version) > 0;
    for (const { type, hex, json } of vectors) {
      const message = registry.getMessage(type);
      if (!message) {
        expect(isLater, `${other} has no ${type}`).toBe(false);
        continue;
      }
      const decoded = fromBinary(message, Buffer.from(hex, 'hex'));
      // A reader of an older version keeps unknown fields, and writes them after the others.
      expect(Buffer.from(toBinary(message, decoded)).length).toBe(hex.length / 2);
      if (isLater) expect(toJson(message, decoded, { registry })).toEqual(json);
    }
  });
});
