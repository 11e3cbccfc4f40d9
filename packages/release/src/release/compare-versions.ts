/** Orders versions as https://semver.org does: 1.9.0, 1.10.0-rc.2, 1.10.0-rc.10, 1.10.0. */
export function compareVersions(a: string, b: string): number {
  const [coreA = '', candidateA] = a.split('-');
  const [coreB = '', candidateB] = b.split('-');
  const cores = coreA.localeCompare(coreB, 'en', { numeric: true });
  if (cores !== 0) return cores;
  if (candidateA === undefined || candidateB === undefined) return Number(!candidateA) - Number(!candidateB);
  return candidateA.localeCompare(candidateB, 'en', { numeric: true });
}
