import { accountTool, IAM } from './account.js';
import { MEMBERS } from './usermod.js';

/** Messages of userdel and deluser (shadow). */
export const userdel = accountTool(
  [
    { pattern: /^delete user '(?<user>[^']*)'/, what: IAM.userDeleted },
    { pattern: /^removed (?:shadow )?group '(?<group>[^']*)' owned by '(?<user>[^']*)'/, what: IAM.groupDeleted },
    ...MEMBERS,
  ],
  ['user', 'deletion'],
);
