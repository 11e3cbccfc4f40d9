export { type PostgresServer, startPostgres, whyNoPostgres } from './postgres-server.ts';
