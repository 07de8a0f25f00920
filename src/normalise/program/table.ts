import { auditRecord } from '../format/server/auditd/auditd.js';
import type { MessageParser, UsualReader } from '../line.js';
import { cron } from './cron.js';
import { fail2ban, kernel, proxmox, saslauthd, systemd, wordpress } from './daemons.js';
import { dovecot } from './dovecot.js';
import { dropbear } from './dropbear.js';
import { exim } from './exim.js';
import { ftpd, proftpd, pureftpd, vsftpd } from './ftp.js';
import { gpasswd } from './gpasswd.js';
import { groupadd, groupdel, groupmod } from './group.js';
import { login, logind } from './login.js';
import { named } from './named.js';
import { unixChkpwd } from './pam.js';
import { passwd } from './passwd.js';
import { polkitd } from './polkit.js';
import { postfix } from './postfix.js';
import { usualMail } from './postfix-usual.js';
import { doas, pkexec } from './privilege.js';
import { klogind, webmin } from './remote.js';
import { sftp } from './sftp.js';
import { sshd } from './sshd.js';
import { usualSsh } from './sshd-usual.js';
import { su } from './su.js';
import { sudo } from './sudo.js';
import { usualCommand } from './sudo-usual.js';
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
  ['sftp-server', sftp],
  ['internal-sftp', sftp],
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
  ['groupadd', groupadd],
  ['groupdel', groupdel],
  ['groupmod', groupmod],
  ['gpasswd', gpasswd],
  ['passwd', passwd],
  ['chpasswd', passwd],
  ['chage', passwd],
  ['chfn', passwd],
  ['chsh', passwd],
  ['login', login],
  ['agetty', login],
  ['systemd-logind', logind],
  ['polkitd', polkitd],
  ['polkitd(authority=local)', polkitd],
  ['pkexec', pkexec],
  ['doas', doas],
  ['dropbear', dropbear],
  ['unix_chkpwd', unixChkpwd],
]);

/**
 * Daemons whose messages stay in the data set of their container, by the name in the tag, lower case; of a name with a
 * slash (`postfix/smtpd`) the part before it, of one with a parenthesis (`wordpress(blog)`) likewise.
 */
const DAEMONS: ReadonlyMap<string, MessageParser> = new Map<string, MessageParser>([
  ['kernel', kernel],
  ['ulogd', kernel],
  ['audispd', auditRecord],
  ['audisp-syslog', auditRecord],
  ['postfix', postfix],
  ['dovecot', dovecot],
  ['exim', exim],
  ['exim4', exim],
  ['cron', cron],
  ['crond', cron],
  ['crontab', cron],
  ['anacron', cron],
  ['proftpd', proftpd],
  ['vsftpd', vsftpd],
  ['pure-ftpd', pureftpd],
  ['ftpd', ftpd],
  ['in.ftpd', ftpd],
  ['wu-ftpd', ftpd],
  ['klogind', klogind],
  ['webmin', webmin],
  ['usermin', webmin],
  ['pvedaemon', proxmox],
  ['pveproxy', proxmox],
  ['named', named],
  ['saslauthd', saslauthd],
  ['systemd', systemd],
  ['fail2ban', fail2ban],
  ['fail2ban.actions', fail2ban],
  ['fail2ban.filter', fail2ban],
  ['wordpress', wordpress],
  ['wp', wordpress],
]);

/** The quick ways of parsers whose messages are many. */
export const USUAL_READERS: ReadonlyMap<MessageParser, UsualReader> = new Map([
  [postfix, usualMail],
  [sshd, usualSsh],
  [sudo, usualCommand],
]);

/** The parser of a daemon's messages by its tag, any case; undefined for a program the table does not know. */
export function daemonOf(program: string): MessageParser | undefined {
  const end = program.search(/[/(]/);
  return DAEMONS.get((end > 0 ? program.slice(0, end) : program).toLowerCase());
}
