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

function iam(type: readonly string[], action: string, outcome = 'success'): Meaning {
  return { category: IAM_CATEGORY, type, action, outcome, user: undefined };
}

/** What account tools do, as ECS says it. */
export const IAM = {
  userCreated: iam(['user', 'creation'], 'added-user-account'),
  userNotCreated: iam(['user', 'creation'], 'added-user-account', 'failure'),
  userChanged: iam(['user', 'change'], 'modified-user-account'),
  userDeleted: iam(['user', 'deletion'], 'deleted-user-account'),
  userLocked: iam(['user', 'change'], 'locked-user-account'),
  userUnlocked: iam(['user', 'change'], 'unlocked-user-account'),
  passwordChanged: iam(['user', 'change'], 'changed-password'),
  groupCreated: iam(['group', 'creation'], 'added-group-account'),
  groupChanged: iam(['group', 'change'], 'modified-group-account'),
  groupDeleted: iam(['group', 'deletion'], 'deleted-group-account'),
  memberAdded: iam(['group', 'change'], 'added-member-to-group'),
  memberRemoved: iam(['group', 'change'], 'removed-member-from-group'),
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
    const text = message.slice(0, 2048);
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
