import { ReleaseError } from './release-error.ts';

const form = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-rc\.(0|[1-9]\d*))?$/;

/** @throws {ReleaseError} when it is not of the form of the versions that we release */
export function checkVersionForm(text: string): void {
  if (!form.test(text)) {
    throw new ReleaseError('There is nothing to release:', [`"${text}" is not a version such as 1.3.0 or 1.3.0-rc.1`]);
  }
}
