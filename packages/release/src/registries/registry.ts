/** A package registry on this machine. */
export interface Registry {
  /** With a slash at the end. */
  readonly url: string;
  /** What its clients need in their environment to use it, and to publish to it. */
  readonly env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}
