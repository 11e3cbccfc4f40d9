import '@fontsource-variable/inter/wght.css';
import './page.css';
import { create } from '@bufbuild/protobuf';
import { ListOrdersRequestSchema, OrderService } from '@example/protos/order/v1';
import { GetUserRequestSchema, UserService } from '@example/protos/user/v2';
import { GrpcWebClientBase, type RpcError, StatusCode } from 'grpc-web';
import { addresses } from '../addresses.ts';
import { counted, formatAmount } from '../shell/format.ts';
import { describeMethod } from './methods.ts';

const client = new GrpcWebClientBase();
const form = document.querySelector('#demo') as HTMLFormElement;
const output = document.querySelector('#output') as HTMLOutputElement;

const throughEnvoy = form.querySelector('[value=envoy]') as HTMLInputElement;
throughEnvoy.disabled = addresses.envoy === undefined;

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const values = new FormData(form);
  const id = `${values.get('id')}`;
  const envoy = values.get('path') === 'envoy' ? addresses.envoy : undefined;
  output.textContent = 'Calling …';
  try {
    const name = await userName(envoy ?? addresses.users, id);
    const { count, total } = await sumOfOrders(envoy ?? addresses.orders, id);
    output.textContent = `${name} has ${counted(count, 'order')} of ${formatAmount(total)} in all.`;
  } catch (error) {
    const { code, message } = error as RpcError;
    const name = Object.entries(StatusCode).find(([, number]) => number === code)?.[0];
    output.textContent = `${name ?? 'The call failed'}: ${decodeURIComponent(message)}`;
  }
});

async function userName(baseUrl: string, id: string): Promise<string | undefined> {
  const getUser = describeMethod(UserService.method.getUser, baseUrl);
  const response = await client.unaryCall(getUser.getName(), create(GetUserRequestSchema, { id }), {}, getUser);
  return response.user?.name;
}

function sumOfOrders(baseUrl: string, customerId: string): Promise<{ count: number; total: number }> {
  const listOrders = describeMethod(OrderService.method.listOrders, baseUrl);
  const request = create(ListOrdersRequestSchema, { customerId });
  const sum = { count: 0, total: 0 };
  return new Promise((resolve, reject) => {
    client
      .serverStreaming(listOrders.getName(), request, {}, listOrders)
      .on('data', ({ total }) => {
        sum.count += 1;
        sum.total += total;
      })
      .on('error', reject)
      .on('end', () => resolve(sum));
  });
}
