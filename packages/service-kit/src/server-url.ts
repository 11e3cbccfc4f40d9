/**
 * Whether `text` is a URL whose user name and password, if any, mean the same to every parser: an `@`, `/`, `?` or `#`
 * in them must be percent-encoded. Otherwise a part of the password could be read as the host, and would appear in
 * errors.
 *
 * @param schemes such as `nats`
 */
export function isServerUrl(text: string, schemes: readonly string[]): boolean {
  const [, scheme = '', credentials = ''] = /^([a-z]+):\/\/(?:([^@/?#]*)@)?[^@]*$/.exec(text) ?? [];
  return schemes.includes(scheme) && URL.canParse(text) && isPercentEncoded(credentials);
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
