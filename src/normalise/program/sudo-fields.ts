import type { Fields } from '../../event/index.js';
import type { Line } from '../line.js';

const PROCESS = ['process'];

/** What stands between the name and the command. */
export interface Parts {
  error: string | undefined;
  tty: string | undefined;
  directory: string | undefined;
  user: string | undefined;
  group: string | undefined;
}

/** The one shape of sudo's events. */
export function commandFields(line: Line, message: string, user: string, parts: Parts, command: string): Fields {
  return {
    'event.kind': 'event',
    'event.module': line.module,
    'event.dataset': line.authDataset,
    'event.category': PROCESS,
    'event.type': undefined,
    'event.action': undefined,
    // As Elastic's pipeline has it, a command that ran says no outcome: sudo does not know it.
    'event.outcome': parts.error === undefined ? undefined : 'failure',
    'event.original': line.original,
    message,
    'host.name': line.hostOf(line.host),
    'host.hostname': line.host,
    'process.name': line.program,
    'process.pid': line.pid,
    'user.name': user,
    'user.effective.name': parts.user,
    'group.name': parts.group,
    'process.command_line': command,
    'process.working_directory': parts.directory,
    'system.auth.sudo.tty': parts.tty,
    'system.auth.sudo.pwd': parts.directory,
    'system.auth.sudo.user': parts.user,
    'system.auth.sudo.command': command,
    'system.auth.sudo.error': parts.error,
  };
}
