import { createServer } from 'node:http2';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { routes } from './connect-routes.ts';
import { listenAndAnnounce } from './process.ts';

listenAndAnnounce(createServer(connectNodeAdapter({ routes })));
