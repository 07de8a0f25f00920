import { address, number, type Setter, text } from '../capture.js';
import { client, LOGGED_IN, LOGIN_FAILED, service } from './service.js';

const EMAIL = { 'event.category': ['email'], 'event.type': ['info'] };
const PROTOCOL = text('network.protocol');
/** The number of the process that a message is about, where the head tells none. */
const PID: Setter = (fields, value) => {
  if (fields['process.pid'] === undefined) number('process.pid')(fields, value);
};
// A user name ends at its bracket; the address dovecot wrote itself is the last one.
const PEER = String.raw`user=<([^>]{0,256})>.{0,2048}, rip=([0-9a-fA-F.:]{2,45})(?:, lip=([0-9a-fA-F.:]{2,45}))?`;

/**
 * Messages of Dovecot: log-in processes (`imap-login`, `pop3-login`, `submission-login`, `managesieve-login`) and the
 * authentication process. Source: Dovecot's login_log_format_elements and its auth messages.
 */
export const dovecot = service([
  {
    pattern: new RegExp(String.raw`^(\w{1,16})-login: (?:Info: )?Login: ${PEER}`),
    to: [PROTOCOL, text('user.name'), client, address('destination')],
    also: LOGGED_IN,
  },
  {
    pattern: new RegExp(
      String.raw`^(\w{1,16})-login: (?:Info: )?(?:Disconnected|Aborted login|Login aborted)\b[^<]{0,256}auth[ _]failed[^<]{0,256}${PEER}`,
    ),
    to: [PROTOCOL, text('user.name'), client, address('destination')],
    also: LOGIN_FAILED,
  },
  {
    pattern: new RegExp(
      String.raw`^(\w{1,16})-login: (?:Info: )?(?:Disconnected|Aborted login|Login aborted|Disconnect)\b[^<]{0,256}${PEER}`,
    ),
    to: [PROTOCOL, text('user.name'), client, address('destination')],
    also: { ...EMAIL, 'event.action': 'disconnected' },
  },
  {
    pattern:
      /^auth(?:-worker)?(?:\(\d{1,10}\))?: (?:Info: |Error: )?(?:conn [^ ]{1,256} (?:\(pid=\d{1,10},uid=\d{1,10}\): )?auth<\d{1,10}>: )?[\w-]{1,32}\(([^,()]{0,256})(?:,([0-9a-fA-F.:]{2,45}))?(?:,<[^>]{0,64}>)?\): (?:unknown user|[Pp]assword mismatch|pam_authenticate\(\) failed|Authentication failure|[Uu]nknown user|Invalid credentials|invalid credentials)/,
    to: [text('user.name'), client],
    also: LOGIN_FAILED,
  },
  {
    pattern:
      /^(imap|pop3|lmtp|managesieve|submission)\(([^()]{1,256})\)(?:<(\d{1,10})><[^>]{1,64}>)?: (?:Info: )?(?:Disconnected|Connection closed|Logged out)/,
    to: [PROTOCOL, text('user.name'), PID],
    also: { 'event.category': ['session'], 'event.type': ['end'], 'event.action': 'logged-out' },
  },
  {
    pattern:
      /^(?:lda|(lmtp))\(([^()]{1,256})\)(?:<(\d{1,10})><[^>]{1,64}>)?: (?:Info: )?(?:sieve: )?msgid=<?([^>:]{1,998})>?: (?:saved|stored) mail/,
    to: [PROTOCOL, text('user.name'), PID, text('email.message_id')],
    also: EMAIL,
  },
]);
