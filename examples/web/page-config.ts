import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import type { Connect, Plugin, UserConfig } from 'vite';

/** The addresses to which the page sends its calls. */
export interface Addresses {
  /** The URL of UserService. */
  readonly usersUrl: string;
  /** The URL of OrderService. */
  readonly ordersUrl: string;
  /** The URL of an Envoy that forwards gRPC-Web to both services. */
  readonly envoyUrl?: string | undefined;
}

/** A user for signing in during development. */
export interface DevAccount {
  readonly name: string;
  /** The permissions of the account, in a few words. */
  readonly description: string;
  readonly token: string;
}

/**
 * The settings of Vite for the page: its addresses are part of the bundle and of its content security policy.
 *
 * @param accounts offered by the sign-in dialog; never part of a bundle
 */
export function pageConfig(addresses: Addresses, accounts: readonly DevAccount[] = []): UserConfig {
  return {
    root: import.meta.dirname,
    plugins: [react(), contentSecurityPolicy(addresses), devAccounts(accounts)],
    define: {
      'import.meta.env.USERS_URL': JSON.stringify(addresses.usersUrl),
      'import.meta.env.ORDERS_URL': JSON.stringify(addresses.ordersUrl),
      'import.meta.env.ENVOY_URL': JSON.stringify(addresses.envoyUrl ?? ''),
    },
    // Relative, so that the built page works in any folder of a server.
    base: './',
    build: {
      // A `data:` URL would need another entry in the content security policy.
      assetsInlineLimit: 0,
      rolldownOptions: { input: ['index.html', 'grpc-web.html'].map((name) => join(import.meta.dirname, name)) },
    },
  };
}

/** @param env variables USERS_URL, ORDERS_URL and ENVOY_URL */
export function addressesOf(env: NodeJS.ProcessEnv): Addresses {
  const { USERS_URL = 'http://localhost:9000', ORDERS_URL = 'http://localhost:50051', ENVOY_URL } = env;
  return { usersUrl: USERS_URL, ordersUrl: ORDERS_URL, envoyUrl: ENVOY_URL || undefined };
}

/**
 * The policy allows the page to run only its own scripts and styles, none of them inline, and to connect only to its
 * own services. The built page contains the policy in a `meta` element, so that it applies on any file server. Vite's
 * servers send it as well. Vite's development server adds inline scripts and styles, with a nonce.
 */
function contentSecurityPolicy({ usersUrl, ordersUrl, envoyUrl }: Addresses): Plugin {
  const nonce = randomBytes(16).toString('base64');
  const services = [usersUrl, ordersUrl, ...(envoyUrl ? [envoyUrl] : [])].map((url) => new URL(url).origin);
  const policy = (inline = '', connect = '') =>
    [
      "default-src 'none'",
      `script-src 'self'${inline}`,
      `style-src 'self'${inline}`,
      "font-src 'self'",
      "img-src 'self'",
      `connect-src 'self' ${services.join(' ')}${connect}`,
      "base-uri 'none'",
      "form-action 'none'",
    ].join('; ');
  const headers = (content: string) => ({
    'content-security-policy': `${content}; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  return {
    name: 'content-security-policy',
    config: (_config, { command, isPreview }) =>
      command === 'serve' && !isPreview
        ? { html: { cspNonce: nonce }, server: { headers: headers(policy(` 'nonce-${nonce}'`, ' ws: wss:')) } }
        : { preview: { headers: headers(policy()) } },
    transformIndexHtml: {
      order: 'pre',
      handler: (_html, { server }) =>
        server
          ? []
          : [
              {
                tag: 'meta',
                attrs: { 'http-equiv': 'Content-Security-Policy', content: policy() },
                injectTo: 'head-prepend',
              },
            ],
    },
  };
}

/** Serves the development accounts to the sign-in dialog. */
function devAccounts(accounts: readonly DevAccount[]): Plugin {
  const body = JSON.stringify(accounts);
  const serve = ({ middlewares }: { readonly middlewares: Connect.Server }) => {
    middlewares.use('/dev-accounts.json', (_request, response) => {
      // Over HTTPS this is a response of HTTP/2, whose setHeader returns nothing, so that calls cannot be chained.
      response.setHeader('content-type', 'application/json');
      response.end(body);
    });
  };
  return { name: 'dev-accounts', configureServer: serve, configurePreviewServer: serve };
}
