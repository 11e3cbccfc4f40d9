interface ImportMetaEnv {
  readonly USERS_URL: string;
  readonly ORDERS_URL: string;
  /** The URL of Envoy; empty if there is none. */
  readonly ENVOY_URL: string;
}
