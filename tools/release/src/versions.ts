const form = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-rc\.(0|[1-9]\d*))?$/;

/** Whether a text is a version that we release: `1.3.0` or `1.3.0-rc.1`. */
export function isVersion(text: string): boolean {
  return form.test(text);
}

/** Orders versions by the rules of https://semver.org: 1.9.0, 1.10.0-rc.2, 1.10.0-rc.10, 1.10.0. */
export function compareVersions(a: string, b: string): number {
  const [coreA = '', candidateA] = a.split('-');
  const [coreB = '', candidateB] = b.split('-');
  const cores = coreA.localeCompare(coreB, 'en', { numeric: true });
  if (cores !== 0) return cores;
  if (candidateA === undefined || candidateB === undefined) return Number(!candidateA) - Number(!candidateB);
  return candidateA.localeCompare(candidateB, 'en', { numeric: true });
}
