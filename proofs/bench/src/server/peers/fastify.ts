import { fastify } from 'fastify';
import { announce } from './process.ts';
import { findUser } from './responses.ts';

const text = { type: 'string' };
const schema = {
  body: { type: 'object', required: ['id'], properties: { id: text } },
  // With the schema of the response, Fastify writes JSON twice as fast as JSON.stringify.
  response: { 200: { type: 'object', properties: { id: text, name: text, email: text } } },
};

// HTTP/2 is one of Fastify's type parameters, so the two servers have different types.
const server = process.env['HTTP_VERSION'] === '2' ? fastify({ http2: true }) : fastify();
server.route<{ Body: { id: string } }>({
  method: 'POST',
  url: '/user.v1.UserService/GetUser',
  schema,
  handler: async ({ body }) => findUser(body.id),
});
announce(await server.listen({ port: 0, host: '127.0.0.1' }));
