import { accountTool, IAM } from './account.js';

/** Messages of gpasswd (shadow): `user.name` is the member, not who added it. */
export const gpasswd = accountTool([
  { pattern: /^user (?<user>[^ ]+) added by [^ ]+ to group (?<group>[^ ]+)$/, what: IAM.memberAdded },
  { pattern: /^add member (?<user>[^ ]+) to group (?<group>[^ ]+) by /, what: IAM.memberAdded },
  { pattern: /^user (?<user>[^ ]+) removed by [^ ]+ from group (?<group>[^ ]+)$/, what: IAM.memberRemoved },
  { pattern: /^remove member (?<user>[^ ]+) from group (?<group>[^ ]+) by /, what: IAM.memberRemoved },
  { pattern: /^(?:members|administrators) of group (?<group>[^ ]+) set by /, what: IAM.groupChanged },
  { pattern: /^set (?:members|administrators) of (?<group>[^ ]+) to /, what: IAM.groupChanged },
  { pattern: /^(?:password of group|change the password for group) (?<group>[^ ]+)/, what: IAM.groupChanged },
]);
