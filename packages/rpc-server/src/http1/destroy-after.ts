import type { Socket } from 'node:net';

/** Destroys a socket that has not closed in time. @param ms milliseconds @returns a function that stops the timer */
export function destroyAfter(socket: Socket, ms: number): () => void {
  const timer = setTimeout(() => socket.destroy(), ms);
  const stop = () => {
    clearTimeout(timer);
    socket.off('close', stop);
  };
  socket.once('close', stop);
  return stop;
}
