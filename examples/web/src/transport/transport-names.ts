import { addresses } from '../addresses.ts';
import { createStore } from '../store.ts';

export type TransportName = 'connect' | 'grpc-web' | 'envoy';

/** The transports that a user can choose, in the order of the switch. */
export const transports: Readonly<Record<TransportName, { readonly label: string; readonly title: string }>> = {
  connect: { label: 'Connect', title: 'Connect with JSON, straight to the service' },
  'grpc-web': { label: 'gRPC-Web', title: 'gRPC-Web, straight to the service' },
  envoy: { label: 'Envoy', title: 'gRPC-Web to Envoy, gRPC from there' },
};

export const transportNames = Object.keys(transports) as TransportName[];

export function isAvailable(name: TransportName): boolean {
  return name !== 'envoy' || addresses.envoy !== undefined;
}

const key = 'transport';

/** The chosen transport, kept in the browser. */
export const chosenTransport = createStore<TransportName>(storedChoice());

function storedChoice(): TransportName {
  const stored = localStorage.getItem(key) as TransportName;
  return transportNames.includes(stored) && isAvailable(stored) ? stored : 'connect';
}

export function chooseTransport(name: TransportName): void {
  localStorage.setItem(key, name);
  chosenTransport.set(name);
}
