import { once } from 'node:events';
import { type OrderServiceServer, OrderServiceService } from '@example/kit/ts-proto/order/v1';
import { type UserServiceServer, UserServiceService } from '@example/kit/ts-proto/user/v1';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { announce, tlsFiles } from './process.ts';
import { findUser, orders, Upload } from './responses.ts';

const users: Pick<UserServiceServer, 'getUser'> = {
  getUser: ({ request }, respond) => respond(null, findUser(request.id)),
};
const orderService: Pick<OrderServiceServer, 'listOrders' | 'uploadLineItems'> = {
  async listOrders(call) {
    for (const order of orders(call.request.customerId)) {
      if (!call.write(order)) await once(call, 'drain');
    }
    call.end();
  },
  uploadLineItems(call, respond) {
    const upload = new Upload();
    call.on('data', (item) => upload.add(item)).on('end', () => respond(null, upload.summary()));
  },
};

const tls = tlsFiles();
const credentials = tls
  ? ServerCredentials.createSsl(null, [{ cert_chain: tls.cert, private_key: tls.key }])
  : ServerCredentials.createInsecure();
const server = new Server();
server.addService(UserServiceService, users as UserServiceServer);
server.addService(OrderServiceService, orderService as OrderServiceServer);
server.bindAsync('127.0.0.1:0', credentials, (error, port) => {
  if (error) throw error;
  announce(`${tls ? 'https' : 'http'}://127.0.0.1:${port}`);
});
