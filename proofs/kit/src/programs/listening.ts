import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';

const pauseMs = 50;

/** Resolves when a program listens on the port of 127.0.0.1. */
export async function listening(port: number): Promise<void> {
  const isListening = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  while (!(await isListening())) await setTimeout(pauseMs);
}
