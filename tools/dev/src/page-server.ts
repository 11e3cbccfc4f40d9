import { readFileSync } from 'node:fs';
import { pageConfig } from '@example/web/page-config';
import { createServer } from 'vite';
import type { PageSettings } from './page.ts';

// The program of the web page, which page.ts starts. On SIGTERM, Vite ends it.
const { port, addresses, accounts, tls } = JSON.parse(process.env['PAGE'] as string) as PageSettings;
const server = await createServer({
  ...pageConfig(addresses, accounts),
  configFile: false,
  clearScreen: false,
  logLevel: 'warn',
  server: {
    host: 'localhost',
    port,
    strictPort: true,
    ...(tls && { https: { cert: readFileSync(tls.TLS_CERT), key: readFileSync(tls.TLS_KEY) } }),
  },
});
await server.listen();
process.send?.('listening');
