// Plain JavaScript without imports, so that it runs on any version of Node.

/**
 * The minor and patch of the first safe release of each major version: it has the HTTP/2 fixes of 2026. No release of
 * Node 25 has them.
 */
const safeFrom = { 24: [18, 1], 26: [5, 1] };

/**
 * Whether this version of Node is safe for servers.
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
 * Exits with an error if the version of Node is not safe for servers. Call this before anything else is imported.
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
