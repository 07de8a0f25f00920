import type { MessageParser } from '../line.js';
import { gpasswd } from './gpasswd.js';
import { group } from './group.js';
import { pam } from './pam.js';
import { passwd } from './passwd.js';
import { sshd } from './sshd.js';
import { su } from './su.js';
import { sudo } from './sudo.js';
import { useradd } from './useradd.js';
import { userdel } from './userdel.js';
import { usermod } from './usermod.js';

/**
 * The programs of syslog whose messages are log-ins and accounts (`system.auth`), by the name in the tag, lower case.
 * A program not listed belongs to `system.syslog`, but for PAM's messages, which any program may log.
 */
export const AUTH_PROGRAMS: ReadonlyMap<string, MessageParser> = new Map<string, MessageParser>([
  ['sshd', sshd],
  ['sshd-session', sshd],
  ['sshd-auth', sshd],
  ['sudo', sudo],
  ['su', su],
  ['su-l', su],
  ['runuser', su],
  ['useradd', useradd],
  ['adduser', useradd],
  ['newusers', useradd],
  ['usermod', usermod],
  ['userdel', userdel],
  ['deluser', userdel],
  ['groupadd', group],
  ['groupdel', group],
  ['groupmod', group],
  ['gpasswd', gpasswd],
  ['passwd', passwd],
  ['chpasswd', passwd],
  ['chage', passwd],
  ['chfn', passwd],
  ['chsh', passwd],
  ['login', pam],
  ['systemd-logind', pam],
  ['polkitd', pam],
]);
