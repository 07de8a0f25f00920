import { accountTool, IAM } from './account.js';

/** Messages of passwd, chpasswd, chage, chfn and chsh (shadow); most passwords change through PAM's own message. */
export const passwd = accountTool([
  { pattern: /^password for '?(?<member>[^' ]+)'? changed by '?(?<user>[^' ]+)'?$/, what: IAM.passwordChanged },
  { pattern: /^changed password expiry for (?<user>[^ ]+)/, what: IAM.userChanged },
  { pattern: /^changed user '(?<user>[^']*)' shell to '(?<shell>[^']*)'/, what: IAM.userChanged },
  { pattern: /^changed user '(?<user>[^']*)' information/, what: IAM.userChanged },
]);
