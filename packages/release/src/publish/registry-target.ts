/** A place that one of the artefacts is published to. */
export interface Target {
  readonly name: 'go' | 'npm' | 'python';
  /** What is published there, for people. */
  readonly what: string;
  /**
   * Asks the registry, which may be down.
   *
   * @throws {ConflictError} when the version is there with other bytes
   * @throws {ReleaseError} when its client has not been told enough to ask
   */
  isPublished(): Promise<boolean>;
  /**
   * Asks whether we may publish there, before anything is.
   *
   * @throws {ReleaseError} when nobody is logged in
   */
  checkAccess(): Promise<void>;
  publish(): Promise<void>;
}

export interface TargetOptions {
  /** The root of a repository. */
  readonly root: string;
  readonly version: string;
  /** That has the artefacts. */
  readonly folder: string;
  /** A program that takes longer is killed. */
  readonly timeoutMs: number;
}

/** The version is published, and is not this one. It can never be. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}
