/** A registry to which one of the artefacts is published. */
export interface Target {
  readonly name: 'npm' | 'python' | 'tag';
  /** The name of the published version, for people. */
  readonly what: string;
  /**
   * Asks the registry whether it has the version, with the same bytes.
   *
   * @throws {ConflictError} when it has the version with other bytes
   * @throws {ReleaseError} when the client is not configured
   * @throws {Error} when the registry does not respond
   */
  isPublished(): Promise<boolean>;
  /**
   * Checks that we may publish there, before anything is published anywhere.
   *
   * @throws {ReleaseError} when there are no valid credentials
   */
  checkAccess(): Promise<void>;
  publish(): Promise<void>;
}

export interface TargetOptions {
  /** The root of a repository. */
  readonly root: string;
  readonly version: string;
  /** The folder of the artefacts. */
  readonly folder: string;
  /** A client program that takes longer is killed. */
  readonly timeoutMs: number;
}

/** The version is published with other bytes. A published version can never be replaced. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}
