import { ReleaseError } from './release-error.ts';

const form = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-rc\.(0|[1-9]\d*))?$/;

/** Whether it is a version that we release. */
export function isVersion(text: string): boolean {
  return form.test(text);
}

/** @throws {ReleaseError} when it is none */
export function checkVersionForm(text: string): void {
  if (!isVersion(text)) {
    throw new ReleaseError('There is nothing to release:', [`"${text}" is not a version such as 1.3.0 or 1.3.0-rc.1`]);
  }
}
