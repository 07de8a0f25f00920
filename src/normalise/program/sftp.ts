import type { Fields } from '../../event/index.js';
import { address, readShape, text } from '../capture.js';
import type { Line } from '../line.js';
import { authFields, NOTHING } from './base.js';
import { CLOSED, OPENED } from './pam-session.js';

const FROM = address('source', true);
const PEER = String.raw`([^ ]{1,256}) from \[([^\]]{1,255})\]$`;
const PATH = text('file.path');
const FILE = { 'event.category': ['file'] };

function session({ category, action }: typeof OPENED): Fields {
  return { 'event.category': category, 'event.action': action };
}

// Names of files are quoted and escaped, so that none can forge the rest.
const SHAPES = [
  {
    pattern: new RegExp(`^session opened for local user ${PEER}`),
    to: [text('user.name'), FROM],
    also: session(OPENED),
  },
  {
    pattern: new RegExp(`^session closed for local user ${PEER}`),
    to: [text('user.name'), FROM],
    also: session(CLOSED),
  },
  {
    pattern: /^(?:forced )?(?:open|opendir|stat|lstat) "((?:[^"\\]|\\.){1,4096})"/,
    to: [PATH],
    also: { ...FILE, 'event.type': ['access'] },
  },
  { pattern: /^(?:remove|rmdir) name "(.{1,4096})"$/, to: [PATH], also: { ...FILE, 'event.type': ['deletion'] } },
  {
    pattern: /^mkdir name "(.{1,4096})" mode 0\d{1,6}$/,
    to: [PATH],
    also: { ...FILE, 'event.type': ['creation'] },
  },
  {
    pattern: /^(?:posix-)?rename old "(.{1,4096})" new "(.{1,4096})"$/,
    to: [undefined, PATH],
    also: { ...FILE, 'event.type': ['change'] },
  },
];

/** Messages of sftp-server and internal-sftp: sessions, and at INFO the files they touch. Source: OpenSSH's sftp-server.c. */
export function sftp(message: string, line: Line): Fields | undefined {
  const fields = authFields(line, NOTHING);
  return readShape(SHAPES, message.slice(0, 8704), fields) ? fields : undefined;
}
