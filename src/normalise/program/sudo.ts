import type { Fields } from '../../event/index.js';
import type { Line } from '../line.js';
import { authFields, type Meaning } from './base.js';
import { pam } from './pam.js';

const PROCESS = ['process'];
// As Elastic's pipeline has it, a command that ran says no outcome: sudo does not know it.
const RUN: Meaning = { category: PROCESS, type: undefined, action: undefined, outcome: undefined, user: undefined };
const REFUSED: Meaning = { ...RUN, outcome: 'failure' };

/**
 * Messages of sudo: `alice : [ERROR ; ]TTY=pts/0 ; PWD=/home/alice ; USER=root ; [GROUP=… ; ][ENV=… ; ]COMMAND=/bin/ls`. An error
 * (wrong passwords, not in sudoers, command not allowed) makes it a failure. Source: sudo's log format, sudoers(5).
 *
 * sudo does not escape ` ; `: the first USER and COMMAND are the real ones whatever the command's arguments say. Where
 * they occur twice, the working directory could have been named to forge them: the event is tagged `sekisho.ambiguous`.
 */
export function sudo(message: string, line: Line): Fields | undefined {
  if (message.startsWith('pam_')) return pam(message, line);
  const colon = message.indexOf(' : ');
  const command = message.indexOf('COMMAND=', colon);
  if (colon < 0 || command < 0) return undefined;
  const user = message.slice(0, colon).trim();
  if (user.includes(' ')) return undefined;
  const parts = message.slice(colon + 3, command).split(' ; ');
  const error = part(parts, '');
  if (message.includes(' ; COMMAND=', command)) line.tag('sekisho.ambiguous');
  const more = commandFields(parts, error, message.slice(command + 8));
  // sudo pads the name with spaces.
  return authFields(
    line,
    { ...(error === undefined ? RUN : REFUSED), user },
    { message: message.trimStart(), ...more },
  );
}

function commandFields(parts: readonly string[], error: string | undefined, command: string): Fields {
  return {
    'user.effective.name': part(parts, 'USER='),
    'group.name': part(parts, 'GROUP='),
    'process.command_line': command,
    'process.working_directory': part(parts, 'PWD='),
    'system.auth.sudo.tty': part(parts, 'TTY='),
    'system.auth.sudo.pwd': part(parts, 'PWD='),
    'system.auth.sudo.user': part(parts, 'USER='),
    'system.auth.sudo.command': command,
    'system.auth.sudo.error': error,
  };
}

/** The value of the first part that begins with `name`; for the empty name, the part before the first `NAME=`. */
function part(parts: readonly string[], name: string): string | undefined {
  if (name === '') return parts[0] === undefined || /^[A-Z]{2,8}=/.test(parts[0]) ? undefined : parts[0];
  return parts.find((text) => text.startsWith(name))?.slice(name.length);
}
