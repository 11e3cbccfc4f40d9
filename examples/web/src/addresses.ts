/** The addresses to which the page sends its calls, set when it is built. */
export const addresses = {
  users: import.meta.env.USERS_URL,
  orders: import.meta.env.ORDERS_URL,
  /** The URL of Envoy; undefined if there is none. */
  envoy: import.meta.env.ENVOY_URL || undefined,
};
