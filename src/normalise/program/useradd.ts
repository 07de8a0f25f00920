import { accountTool, IAM } from './account.js';
import { MEMBERS, NEW_GROUP } from './usermod.js';

/** Messages of useradd and adduser (shadow). */
export const useradd = accountTool(
  [
    {
      pattern:
        /^new user: name=(?<user>[^,]*), UID=(?<uid>\d+), GID=(?<gid>\d+), home=(?<home>[^,]*), shell=(?<shell>[^,]*)/,
      what: IAM.userCreated,
    },
    // SUSE's pwdutils
    {
      pattern:
        /^new account added - account=(?<user>[^,]*), uid=(?<uid>\d+), gid=(?<gid>\d+), home=(?<home>[^,]*), shell=(?<shell>[^,]*)/,
      what: IAM.userCreated,
    },
    NEW_GROUP,
    ...MEMBERS,
    { pattern: /^failed adding user '(?<user>.*)'/, what: IAM.userNotCreated },
  ],
  ['user', 'creation'],
);
