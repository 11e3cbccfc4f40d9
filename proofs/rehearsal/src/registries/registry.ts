/** A package registry on this machine. */
export interface Registry {
  /** Ends with a slash. */
  readonly url: string;
  /** Variables with which clients install from the registry and publish to it. */
  readonly env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}
