import { accountTool, type AccountMessage, IAM } from './account.js';

/** Memberships as useradd, usermod and userdel log them; a shadow group's line repeats the group's. */
export const MEMBERS: readonly AccountMessage[] = [
  { pattern: /^add '(?<user>[^']*)' to (?:shadow )?group '(?<group>[^']*)'/, what: IAM.memberAdded },
  { pattern: /^delete '(?<user>[^']*)' from (?:shadow )?group '(?<group>[^']*)'/, what: IAM.memberRemoved },
];

/** `new group: name=devs, GID=1005`, of useradd and groupadd. */
export const NEW_GROUP: AccountMessage = {
  pattern: /^new group: name=(?<group>[^,]*), GID=(?<gid>\d+)/,
  what: IAM.groupCreated,
};

/** Messages of usermod (shadow). */
export const usermod = accountTool(
  [
    ...MEMBERS,
    { pattern: /^change user name '(?<user>[^']*)' to '(?<renamed>[^']*)'/, what: IAM.userChanged },
    { pattern: /^change user '(?<user>[^']*)' password/, what: IAM.passwordChanged },
    { pattern: /^change user '(?<user>[^']*)' shell from '[^']*' to '(?<shell>[^']*)'/, what: IAM.userChanged },
    { pattern: /^change user '(?<user>[^']*)' home from '[^']*' to '(?<home>[^']*)'/, what: IAM.userChanged },
    { pattern: /^change user '(?<user>[^']*)' UID from '\d+' to '(?<uid>\d+)'/, what: IAM.userChanged },
    { pattern: /^change user '(?<user>[^']*)' GID from '\d+' to '(?<gid>\d+)'/, what: IAM.userChanged },
    { pattern: /^change user '(?<user>[^']*)'/, what: IAM.userChanged },
    { pattern: /^unlock user '(?<user>[^']*)' password/, what: IAM.userUnlocked },
    { pattern: /^lock user '(?<user>[^']*)' password/, what: IAM.userLocked },
  ],
  ['user', 'change'],
);
