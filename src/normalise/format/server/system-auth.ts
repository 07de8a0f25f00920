import type { TextFormat } from '../../line.js';
import { parseSyslog } from './system-syslog.js';

/**
 * A log of log-ins (`auth.log`, `secure`): syslog lines that all belong to `system.auth`, whatever their program. Never
 * detected, because it looks like any syslog; told by `-t auth` or by the file's name.
 */
export const systemAuth: TextFormat = {
  reads: 'text',
  name: 'system.auth',
  aliases: ['auth', 'authlog', 'secure', 'sshd'],
  dataset: 'system.auth',
  sniff: () => false,
  parse: (text, line) => parseSyslog(text, line, 'system.auth'),
};
