import pino from 'pino';
import type { Logger } from 'pino';
import { printable } from '../event/index.js';

/** The engine's own log. */
export type Log = Logger;

/**
 * Logs to standard error: readable on a terminal, elsewhere JSON lines `{level, time, msg}`, level a word and time ISO 8601. Control, escape and bidirectional characters
 * of messages are replaced, so no log line can be forged through a file name or a record.
 */
export function createLog(options: { readonly level: string; readonly pretty?: boolean | undefined }): Log {
  const pretty = options.pretty ?? process.stderr.isTTY;
  const settings = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    hooks: {
      logMethod(this: Logger, args: unknown[], method: (...args: unknown[]) => void): void {
        method.apply(
          this,
          args.map((arg) => (typeof arg === 'string' ? printable(arg) : arg)),
        );
      },
    },
  };
  if (!pretty) return pino(settings as pino.LoggerOptions, pino.destination({ fd: 2, sync: true }));
  return pino({
    ...(settings as pino.LoggerOptions),
    transport: {
      target: 'pino-pretty',
      options: { destination: 2, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname' },
    },
  });
}
