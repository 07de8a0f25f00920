import { accountTool, IAM } from './account.js';

/** Messages of gpasswd (shadow): `user.target.name` is the member, `user.name` who added it. */
export const gpasswd = accountTool([
  { pattern: /^user (?<member>[^ ]+) added by (?<user>[^ ]+) to group (?<group>[^ ]+)$/, what: IAM.userAdded },
  { pattern: /^add member (?<member>[^ ]+) to group (?<group>[^ ]+) by (?<user>[^ ]+)/, what: IAM.userAdded },
  { pattern: /^user (?<member>[^ ]+) removed by (?<user>[^ ]+) from group (?<group>[^ ]+)$/, what: IAM.userRemoved },
  { pattern: /^remove member (?<member>[^ ]+) from group (?<group>[^ ]+) by (?<user>[^ ]+)/, what: IAM.userRemoved },
  { pattern: /^(?:members|administrators) of group (?<group>[^ ]+) set by (?<user>[^ ]+)/, what: IAM.groupChanged },
  { pattern: /^set (?:members|administrators) of (?<group>[^ ]+) to /, what: IAM.groupChanged },
  { pattern: /^(?:password of group|change the password for group) (?<group>[^ ]+)/, what: IAM.groupChanged },
]);
