import { accountTool, IAM } from './account.js';
import { NEW_GROUP } from './usermod.js';

/** Messages of groupadd, groupdel and groupmod (shadow). */
export const group = accountTool([
  NEW_GROUP,
  { pattern: /^group added to [^ ]+: name=(?<group>[^,]*)(?:, GID=(?<gid>\d+))?/, what: IAM.groupCreated },
  { pattern: /^group '(?<group>[^']*)' removed/, what: IAM.groupDeleted },
  { pattern: /^group '(?<group>[^']*)' with ID \d+ removed/, what: IAM.groupDeleted },
  { pattern: /^group changed in [^ ]+ \(group (?<group>[^ /,]*)(?:\/(?<gid>\d+))?/, what: IAM.groupChanged },
]);
