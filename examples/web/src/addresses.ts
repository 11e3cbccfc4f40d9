/** The addresses to which the page sends its calls, set when it is built. */
export const addresses = {
  users: import.meta.env.USERS_URL,
  orders: import.meta.env.ORDERS_URL,
  /** Undefined without an Envoy. */
  envoy: import.meta.env.ENVOY_URL || undefined,
};
