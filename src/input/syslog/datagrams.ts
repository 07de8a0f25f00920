import { createSocket, type Socket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { addressOf } from './streams.js';

/** Asked of the system for what arrives while we work; it may give less (`net.core.rmem_max`). */
const KERNEL_BUFFER = 8 * 1024 * 1024;

/** Opens a UDP socket on an address, with a large buffer in the system. Rejects where the port can't be had. */
export async function openDatagrams(
  host: string,
  port: number,
  message: (address: string, bytes: Buffer) => void,
): Promise<Socket> {
  const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', recvBufferSize: KERNEL_BUFFER });
  socket.on('message', (bytes, { address }) => message(addressOf(address), bytes));
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, host, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  return socket.on('error', () => undefined);
}

const TABLES = ['/proc/net/udp', '/proc/net/udp6'];

/**
 * Datagrams that the system dropped because its buffer for this port was full, since the port was opened; undefined
 * where the system does not tell (only Linux does). Source: proc(5), `/proc/net/udp`, the column `drops`.
 */
export function kernelDrops(port: number): number | undefined {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  let drops: number | undefined;
  for (const table of TABLES) {
    for (const row of rowsOf(table)) {
      if (row[1]?.endsWith(wanted) === true) drops = (drops ?? 0) + Number(row.at(-1));
    }
  }
  return drops;
}

function rowsOf(table: string): readonly (readonly string[])[] {
  try {
    const [, ...lines] = readFileSync(table, 'latin1').trim().split('\n');
    return lines.map((line) => line.trim().split(/\s+/u));
  } catch {
    return [];
  }
}
