import { text } from '../capture.js';
import { client, LOGGED_IN, LOGIN_FAILED, service } from './service.js';

const IP = '([0-9a-fA-F.:]{2,45})';
const USER = text('user.name');

/** Messages of Kerberos' klogind. Source: krlogind.c of MIT's krb5-appl. */
export const klogind = service([
  {
    pattern: new RegExp(`^Authentication failed from ${IP}(?: \\([^ ()]{0,255}\\))?: `),
    to: [client],
    also: LOGIN_FAILED,
  },
]);

/** Log-ins to Webmin and Usermin. Source: miniserv.pl. */
export const webmin = service([
  {
    pattern: new RegExp(`^(?:Invalid|Non-existent) login as (.{1,256}) from ${IP}$`),
    to: [USER, client],
    also: LOGIN_FAILED,
  },
  { pattern: new RegExp(`^Successful login as (.{1,256}) from ${IP}$`), to: [USER, client], also: LOGGED_IN },
]);
