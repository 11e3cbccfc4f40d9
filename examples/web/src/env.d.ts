interface ImportMetaEnv {
  readonly USERS_URL: string;
  readonly ORDERS_URL: string;
  /** Empty without an Envoy. */
  readonly ENVOY_URL: string;
}
