import type { Fields } from '../../event/index.js';
import type { Line, MessageParser } from '../line.js';
import { authFields, type Meaning } from './base.js';
import { pam } from './pam.js';

/** One message of an account tool: named groups of `pattern` are fields by `GROUPS`; `what` says what it means. */
export interface AccountMessage {
  readonly pattern: RegExp;
  readonly what: Meaning;
}

const IAM_CATEGORY = ['iam'];

function iam(type: readonly string[], action?: string, outcome = 'success'): Meaning {
  return { category: IAM_CATEGORY, type, action, outcome, user: undefined };
}

/**
 * What account tools do, as Elastic's pipeline says it: the type tells what was done to what, and only what no type can
 * tell has an action.
 */
export const IAM = {
  userCreated: iam(['user', 'creation']),
  userNotCreated: iam(['user', 'creation'], undefined, 'failure'),
  userChanged: iam(['user', 'change']),
  userDeleted: iam(['user', 'deletion']),
  userLocked: iam(['user', 'change'], 'locked-user-account'),
  userUnlocked: iam(['user', 'change'], 'unlocked-user-account'),
  passwordChanged: iam(['user', 'change'], 'password-changed'),
  groupCreated: iam(['group', 'creation']),
  groupChanged: iam(['group', 'change']),
  groupDeleted: iam(['group', 'deletion']),
  memberAdded: iam(['group', 'change'], 'group-member-added'),
  memberRemoved: iam(['group', 'change'], 'group-member-removed'),
  userAdded: iam(['change'], 'group-user-added'),
  userRemoved: iam(['change'], 'group-user-removed'),
} as const;

const GROUPS: Readonly<Record<string, string>> = {
  uid: 'user.id',
  gid: 'group.id',
  group: 'group.name',
  home: 'system.auth.useradd.home',
  shell: 'system.auth.useradd.shell',
  renamed: 'user.changes.name',
  member: 'user.target.name',
};

/**
 * A parser out of a table of messages, tried in order. The patterns are anchored and read at most 2,048 characters.
 * `type` is that of all the tool's messages, those of no form included, as Elastic's pipeline has it: a tool does one thing.
 */
export function accountTool(messages: readonly AccountMessage[], type?: readonly string[]): MessageParser {
  return (message: string, line: Line): Fields | undefined => {
    if (message.startsWith('pam_')) return pam(message, line);
    // Until version 4.1, shadow's tools wrote `alice' for 'alice'.
    const text = message.slice(0, 2048).replaceAll('`', "'");
    for (const { pattern, what } of messages) {
      const groups = pattern.exec(text)?.groups;
      if (groups === undefined) continue;
      return authFields(line, { ...what, type: type ?? what.type, user: groups['user'] }, groupFields(groups));
    }
    return type === undefined ? undefined : authFields(line, otherwise(type, text));
  };
}

/** A message of a tool whose every message is about accounts. */
function otherwise(type: readonly string[], text: string): Meaning {
  return {
    category: IAM_CATEGORY,
    type,
    action: undefined,
    outcome: /fail/.test(text) ? 'failure' : 'success',
    user: undefined,
  };
}

function groupFields(groups: Readonly<Record<string, string | undefined>>): Fields {
  const fields: Fields = {};
  for (const [group, field] of Object.entries(GROUPS)) if (groups[group] !== undefined) fields[field] = groups[group];
  return fields;
}
