import { openSyslog, type SyslogInput } from '../input/index.js';
import type { Restored } from '../ledger/types.js';
import type { Config } from './config/config.js';
import { listenerSettings } from './inputs.js';

/**
 * Opens the ports of a configuration, each counting on from where the ledger left it.
 *
 * Rejects, refusing to start, with all of them closed again where one can't be had.
 */
export async function openListeners(
  config: Config,
  { progress }: Pick<Restored, 'progress'>,
  trouble: (name: string, message: string | undefined) => void,
): Promise<readonly SyslogInput[]> {
  const known = new Map(progress.map((one) => [one.source, one]));
  const opened: SyslogInput[] = [];
  try {
    for (const input of config.inputs) {
      if (input.syslog === undefined) continue;
      const { protocol, host, port, buffer } = input.syslog;
      const listener = await openSyslog({
        ...{ protocol, host, port, buffer, trouble },
        ...(input.syslog.protocol === 'tls' && { tls: keysOf(input.syslog) }),
        ...(input.syslog.protocol !== 'udp' && {
          connections: input.syslog.connections,
          idle: input.syslog['idle-timeout'],
        }),
        settings: listenerSettings(config, input),
        resume: (source) => known.get(source),
        maxLineBytes: config['max-line'],
      });
      opened.push(listener);
    }
  } catch (error) {
    for (const listener of opened) await listener.close();
    throw error;
  }
  return opened;
}

function keysOf({ cert, key, ca }: { cert: string; key: string; ca?: string | undefined }): {
  cert: string;
  key: string;
  ca?: string;
} {
  return { cert, key, ...(ca !== undefined && { ca }) };
}
