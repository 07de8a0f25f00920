import type { Fields } from '../../event/index.js';
import { WHAT_FIELDS } from '../fields.js';
import type { Line } from '../line.js';
import { authFields, NOTHING, programFields } from './base.js';
import { CLOSED, OPENED } from './pam-session.js';
import { type Counting, ssh, SUCCESS } from './sshd-fields.js';
import { KINDS } from './sshd-rare.js';

/** A message's beginning, and the events that messages with this beginning can become. */
export interface SkimPrefix {
  readonly text: string;
  /** Every shape of event that the parser makes of such a message; values that differ between messages are arbitrary. */
  readonly outcomes: readonly ((line: Line) => Fields)[];
  /** A colon and a space in such a message may make it something else. */
  readonly plainOnly: boolean;
}

/** The programs whose messages these are. */
export const SSHD_PROGRAMS: readonly string[] = ['sshd', 'sshd-session', 'sshd-auth'];

/** What the head alone makes of a message that no parser understands. */
const unknown = (line: Line): Fields => programFields(line, line.authDataset, NOTHING);

const event =
  (name: string, counting: Counting, method?: string) =>
  (line: Line): Fields =>
    ssh(line, name, method, '', '', undefined, undefined, counting);

/**
 * The messages of sshd that most rule sets have no use of, by their beginnings: those that are no attempt, and log-ins
 * with a key. Nine tenths of an ordinary `auth.log`. The first that fits decides, as in `sshd` itself.
 */
export const SSHD_PREFIXES: readonly SkimPrefix[] = [
  {
    text: 'pam_unix(sshd:session): session ',
    outcomes: [(line) => authFields(line, OPENED), (line) => authFields(line, CLOSED), unknown],
    plainOnly: false,
  },
  {
    text: 'Accepted publickey for ',
    outcomes: [event('Accepted', SUCCESS, 'publickey'), unknown],
    plainOnly: false,
  },
  ...KINDS.map(({ prefix, event: name, counting, peer }) => ({
    text: prefix,
    outcomes: [event(name, counting), unknown],
    // `… port 22: Too many authentication failures` is a refusal.
    plainOnly: peer === 'port',
  })),
];

/**
 * The fields that the events of one outcome share, whatever their messages say; those of the web are missing in all of them:
 * rules of log-ins on the web ask for them.
 */
export const SHARED_FIELDS: readonly string[] = [
  ...WHAT_FIELDS,
  'process.name',
  'system.auth.ssh.event',
  'system.auth.ssh.method',
  'http.request.method',
  'http.response.status_code',
  'url.domain',
  'url.original',
  'url.path',
  'url.query',
  'user_agent.original',
];
