/** Ports of this machine. */
import { createServer } from 'node:net';

/**
 * Below what systems hand out for outgoing connections and for port 0 (Linux from 32768, others from 49152): a port from
 * here isn't taken by a client between our look and the server's start.
 */
const LOWEST = 15_000;
const HIGHEST = 32_000;

/** What servers say, in their logs, of a port that somebody else took after all. */
const TAKEN = /Address already in use|BindException|BindHttpException|BindTransportException/;

/** That many different ports of loopback on which nothing listened a moment ago; those of `first` without a look. */
export async function freePorts(count, first = []) {
  const ports = new Set(first);
  while (ports.size < count) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

/** Whether a server's log says that its port was taken. */
export function tellsOfTakenPort(log) {
  return TAKEN.test(log);
}

function isFree(port) {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
