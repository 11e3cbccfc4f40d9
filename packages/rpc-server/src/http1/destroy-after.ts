import type { Socket } from 'node:net';

/** Destroys a socket that has not closed in time. @param ms milliseconds @returns a function that stops the timer */
export function destroyAfter(socket: Socket, ms: number): () => void {
  let immediate: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    // Timers run before sockets are read. Data that arrived while the event loop was busy is therefore read first, and
    // may cause `stop`.
    immediate = setImmediate(() => socket.destroy());
  }, ms);
  const stop = () => {
    clearTimeout(timer);
    clearImmediate(immediate);
    socket.off('close', stop);
  };
  socket.once('close', stop);
  return stop;
}
