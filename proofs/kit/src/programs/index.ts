// Runs programs: to their end, as servers, or line by line.
export { freePort } from './free-port.ts';
export { listening } from './listening.ts';
export { type NodeServer, nodeArgs, startNodeServer } from './node-server.ts';
export { jsonLine, Program, urlIn } from './program.ts';
export { outputOf, runProgram } from './run-program.ts';
