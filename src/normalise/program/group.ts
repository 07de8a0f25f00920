import { type AccountMessage, accountTool, IAM } from './account.js';
import { NEW_GROUP } from './usermod.js';

const MESSAGES: readonly AccountMessage[] = [
  NEW_GROUP,
  { pattern: /^group added to [^ ]+: name=(?<group>[^,]*)(?:, GID=(?<gid>\d+))?/, what: IAM.groupCreated },
  { pattern: /^new group added - group=(?<group>[^,]*), gid=(?<gid>\d+)/, what: IAM.groupCreated },
  { pattern: /^group '(?<group>[^']*)' removed/, what: IAM.groupDeleted },
  { pattern: /^group '(?<group>[^']*)' with ID \d+ removed/, what: IAM.groupDeleted },
  { pattern: /^group changed in [^ ]+ \(group (?<group>[^ /,]*)(?:\/(?<gid>\d+))?/, what: IAM.groupChanged },
];

/** Messages of groupadd (shadow). */
export const groupadd = accountTool(MESSAGES, ['group', 'creation']);
/** Messages of groupdel (shadow). */
export const groupdel = accountTool(MESSAGES, ['group', 'deletion']);
/** Messages of groupmod (shadow). */
export const groupmod = accountTool(MESSAGES, ['group', 'change']);
