import type { Fields } from '../../event/index.js';
import type { Line } from '../line.js';
import { pam } from './pam.js';

const PROCESS = ['process'];

/**
 * Messages of sudo: `alice : [ERROR ; ]TTY=pts/0 ; PWD=/home/alice ; USER=root ; [GROUP=… ; ][ENV=… ; ]COMMAND=/bin/ls`. An error
 * (wrong passwords, not in sudoers, command not allowed) makes it a failure. Source: sudo's log format, sudoers(5).
 *
 * sudo does not escape ` ; `: the first USER and COMMAND are the real ones whatever the command's arguments say. Where
 * they occur twice, the working directory could have been named to forge them: the event is tagged `sekisho.ambiguous`.
 */
export function sudo(text: string, line: Line): Fields | undefined {
  if (text.startsWith('pam_')) return pam(text, line);
  // A command's last argument may end with a space.
  const { message } = line;
  const colon = message.indexOf(' : ');
  const command = message.indexOf('COMMAND=', colon);
  if (colon < 0 || command < 0) return undefined;
  const user = message.slice(0, colon).trim();
  if (user.includes(' ')) return undefined;
  if (message.includes(' ; COMMAND=', command)) line.tag('sekisho.ambiguous');
  return commandFields(line, user, partsOf(message, colon + 3, command), message.slice(command + 8));
}

function commandFields(line: Line, user: string, parts: Parts, command: string): Fields {
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
    // sudo pads the name with spaces.
    message: line.message.trimStart(),
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

/** What stands between the name and the command. */
interface Parts {
  error: string | undefined;
  tty: string | undefined;
  directory: string | undefined;
  user: string | undefined;
  group: string | undefined;
}

/** The parts of `message` from `start` to `end`, parted by ` ; `; of each name the first counts. */
function partsOf(message: string, start: number, end: number): Parts {
  const parts: Parts = { error: undefined, tty: undefined, directory: undefined, user: undefined, group: undefined };
  let at = start;
  for (;;) {
    const semicolon = message.indexOf(' ; ', at);
    const isLast = semicolon < 0 || semicolon + 3 > end;
    const partEnd = isLast ? end : semicolon;
    if (message.startsWith('TTY=', at)) parts.tty ??= message.slice(at + 4, partEnd);
    else if (message.startsWith('PWD=', at)) parts.directory ??= message.slice(at + 4, partEnd);
    else if (message.startsWith('USER=', at)) parts.user ??= message.slice(at + 5, partEnd);
    else if (message.startsWith('GROUP=', at)) parts.group ??= message.slice(at + 6, partEnd);
    else if (at === start) parts.error = errorIn(message.slice(start, partEnd));
    if (isLast) return parts;
    at = semicolon + 3;
  }
}

/** The first part, unless it is a value. */
function errorIn(part: string): string | undefined {
  return /^[A-Z]{2,8}=/.test(part) ? undefined : part;
}
