// Plain JavaScript without imports: it must run on whatever Node there is.

/**
 * The first release of each major version that has the HTTP/2 fixes of 2026: minor and patch. Node 25 never had them.
 */
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

/**
 * Exits with an error on a Node that is not safe to serve on. Call it before anything else is imported.
 *
 * @param {string} name of the service
 */
export function refuseUnsafeNode(name) {
  if (isSafeNode(process.versions.node)) return;
  process.stderr.write(
    `${name}: Node ${process.versions.node} is not safe to serve on: use 24.18.1 or newer, or 26.5.1 or newer\n`,
  );
  process.exit(1);
}
