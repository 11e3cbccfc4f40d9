// Plain JavaScript without imports: scripts/require-node.js runs it on whatever Node there is.

/** The first release of each major version that has the HTTP/2 fixes of 2026: minor and patch. Node 25 never had them. */
const safeFrom = { 24: [18, 1], 26: [5, 1] };

/**
 * Whether servers are safe on this Node.
 *
 * @param {string} version such as `24.18.1`
 * @returns {boolean}
 */
export function isSafeNode(version) {
  const [major, minor, patch] = version.split('.').map((part) => Number.parseInt(part, 10));
  const [safeMinor, safePatch] = safeFrom[major] ?? [0, 0];
  return major >= 24 && major !== 25 && (minor > safeMinor || (minor === safeMinor && patch >= safePatch));
}
