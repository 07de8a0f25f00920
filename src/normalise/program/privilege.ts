import type { Fields } from '../../event/index.js';
import { readShape, text } from '../capture.js';
import type { Line, MessageParser } from '../line.js';
import { authFields, NOTHING } from './base.js';
import { pam } from './pam.js';
import { LOGIN_FAILED } from './service.js';

const USER = text('user.name');
const AS = text('user.effective.name');
const COMMAND = text('process.command_line');
const DIRECTORY = text('process.working_directory');
const PROCESS = { 'event.category': ['process'] };
const REFUSED = { ...PROCESS, 'event.outcome': 'failure' };

/** A parser of a program that runs commands as somebody else, out of a table of its messages. */
function privilege(shapes: Parameters<typeof readShape>[0]): MessageParser {
  return (message: string, line: Line): Fields | undefined => {
    if (message.startsWith('pam_')) return pam(message, line);
    const fields = authFields(line, NOTHING);
    return readShape(shapes, message.slice(0, 4096), fields) ? fields : undefined;
  };
}

/** Messages of doas. Source: doas.c of OpenBSD and OpenDoas. */
export const doas = privilege([
  {
    pattern: /^([^ ]{1,256}) ran command (.{1,2048}) as ([^ ]{1,256}) from ([^ ]{1,1024})$/s,
    to: [USER, COMMAND, AS, DIRECTORY],
    also: PROCESS,
  },
  {
    pattern: /^(?:failed command|command not permitted) for ([^ ]{1,256}): (.*)$/s,
    to: [USER, COMMAND],
    also: REFUSED,
  },
  { pattern: /^failed auth for ([^ ]{1,256})$/, to: [USER], also: LOGIN_FAILED },
]);

const WHERE = String.raw`\[USER=([^\]]{1,256})\] \[TTY=[^\]]{0,256}\] \[CWD=([^\]]{0,1024})\] \[COMMAND=(.*)\]$`;

/** Messages of pkexec. Source: polkit's pkexec.c. */
export const pkexec = privilege([
  {
    pattern: new RegExp(`^([^ :]{1,256}): Executing command ${WHERE}`, 's'),
    to: [USER, AS, DIRECTORY, COMMAND],
    also: PROCESS,
  },
  {
    pattern: new RegExp(
      `^([^ :]{1,256}): (?:Error executing command as another user: [^[]{1,128}|[^[]{1,256}) ${WHERE}`,
      's',
    ),
    to: [USER, AS, DIRECTORY, COMMAND],
    also: REFUSED,
  },
]);
