import type { Fields } from '../../event/index.js';
import { number, type Setter, type Shape, text } from '../capture.js';
import type { Line, MessageParser } from '../line.js';
import { client, clientName, LOGGED_IN, LOGIN_FAILED, service } from './service.js';

const EMAIL = { 'event.category': ['email'], 'event.type': ['info'] };
const REJECTED = {
  'event.category': ['email'],
  'event.type': ['info', 'denied'],
  'event.action': 'rejected',
  'event.outcome': 'failure',
};
// Where a name is told it stands before the address; postscreen tells none.
const PEER = String.raw`([^ [\]]{1,255})\[([0-9a-fA-F.:]{2,45}|unknown)\](?::\d{1,5})?`;
const QUEUE = '([0-9A-Za-z]{5,20}): ';
const ADDRESS = '<([^>]{0,512})>';

/** A list of one address, as ECS has it. */
function addresses(field: string): Setter {
  return (fields, value) => {
    fields[field] = [value];
  };
}

const queue = text('email.local_id');
const delivered: Setter = (fields, value) => {
  fields['event.action'] = value;
  fields['event.outcome'] = value === 'sent' ? 'success' : 'failure';
};

const SASL_CLIENT: Shape = {
  pattern: new RegExp(String.raw`^${QUEUE}client=${PEER}, sasl_method=([\w-]{1,32}), sasl_username=([^ ,]{1,256})`),
  to: [queue, clientName, client, text('postfix.sasl_method'), text('user.name')],
  also: LOGGED_IN,
};
const CLIENT: Shape = { pattern: new RegExp(`^${QUEUE}client=${PEER}`), to: [queue, clientName, client], also: EMAIL };
const PICKED_UP: Shape = {
  pattern: new RegExp(`^${QUEUE}uid=(\\d{1,10}) from=${ADDRESS}$`),
  to: [queue, text('user.id'), addresses('email.from.address')],
  also: EMAIL,
};
const NOTICE: Shape = { pattern: new RegExp(`^${QUEUE}sender (?:non-)?delivery`), to: [queue], also: EMAIL };
const DELIVERY: Shape = {
  pattern: new RegExp(
    String.raw`^${QUEUE}to=${ADDRESS}, (?:orig_to=<[^>]{0,512}>, )?relay=([^ ,]{1,512}), .{0,512}?\bdsn=([\d.]{5,16}), status=(\w{1,16})`,
  ),
  to: [queue, addresses('email.to.address'), text('postfix.relay'), text('postfix.dsn'), delivered],
  also: EMAIL,
};
const QUEUED: Shape = {
  pattern: new RegExp(`^${QUEUE}from=${ADDRESS}, size=(\\d{1,15}), nrcpt=(\\d{1,9}) \\((\\w[\\w ]{0,32})\\)`),
  to: [queue, addresses('email.from.address'), number('postfix.size'), number('postfix.recipients')],
  also: { ...EMAIL, 'event.action': 'queued' },
};
const MESSAGE_ID: Shape = {
  pattern: new RegExp(`^${QUEUE}message-id=<?([^>]{1,998})>?$`),
  to: [queue, text('email.message_id')],
  also: EMAIL,
};
const REMOVED: Shape = {
  pattern: new RegExp(`^${QUEUE}removed$`),
  to: [queue],
  also: { ...EMAIL, 'event.action': 'removed' },
};

const every = service([
  // The usual message first: no other shape has it.
  {
    pattern: new RegExp(
      `^(connect|disconnect|lost connection after [A-Z-]{1,16}(?: \\([^)]{1,64}\\))?|timeout after [A-Z-]{1,16}(?: \\([^)]{1,64}\\))?|too many errors after [A-Z-]{1,16}(?: \\([^)]{1,64}\\))?) from ${PEER}`,
    ),
    to: [text('event.action'), clientName, client],
    also: EMAIL,
  },
  {
    pattern: new RegExp(
      String.raw`^warning: ${PEER}: SASL ([\w-]{1,32}) authentication failed:?(?:.{0,1024}, sasl_username=([^ ,]{1,256}))?`,
    ),
    to: [clientName, client, text('postfix.sasl_method'), text('user.name')],
    also: LOGIN_FAILED,
  },
  SASL_CLIENT,
  CLIENT,
  {
    pattern: new RegExp(
      String.raw`^(?:NOQUEUE|${QUEUE.slice(0, -2)}): (?:milter-)?reject: (?:[\w-]{1,20} from )?(?:([^ [\]]{1,255}))?\[([0-9a-fA-F.:]{2,45}|unknown)\](?::\d{1,5})?: (?:(\d{3}) )?.{0,4096}?(?:; from=${ADDRESS})?(?:[;,]? to=${ADDRESS})?(?:,? proto=(\w{1,16}))?(?:,? (?:sasl_username=<([^>]{1,256})> )?helo=<[^>]{0,512}>)?$`,
    ),
    to: [
      queue,
      clientName,
      client,
      number('postfix.reply_code'),
      addresses('email.from.address'),
      addresses('email.to.address'),
      undefined,
      text('user.name'),
    ],
    also: REJECTED,
  },
  {
    pattern: new RegExp(
      `^(?:SSL_accept error|improper command pipelining after [A-Z-]{1,16}|non-SMTP command|(?:Anonymous|Trusted|Untrusted|Verified) TLS connection established|setting up TLS connection|warning: non-SMTP command|warning: Illegal address syntax|warning: numeric domain name in resource data) from ${PEER}`,
    ),
    to: [clientName, client],
    also: EMAIL,
  },
  {
    pattern:
      /^warning: hostname ([^ ]{1,255}) (?:does not resolve to address|verification failed:?) ([0-9a-fA-F.:]{2,45}?)(?=: |$)/,
    to: [clientName, client],
    also: EMAIL,
  },
  {
    // postscreen.
    pattern: new RegExp(
      String.raw`^(?:(?:CONNECT|HANGUP after [\d.]{1,16}|PREGREET \d{1,9} after [\d.]{1,16}|BARE NEWLINE|NON-SMTP COMMAND|COMMAND (?:PIPELINING|TIME LIMIT|COUNT LIMIT|LENGTH LIMIT)) from|PASS NEW|PASS OLD|(?:ALLOW|DENY)LISTED|(?:WHITE|BLACK)LISTED|DISCONNECT|DNSBL rank \d{1,9} for) \[([0-9a-fA-F.:]{2,45})\]:(\d{1,5})`,
    ),
    to: [client, number('source.port')],
    also: EMAIL,
  },
  PICKED_UP,
  NOTICE,
  {
    pattern: new RegExp(`^warning: Connection (?:rate|concurrency) limit exceeded: \\d{1,9} from ${PEER}`),
    to: [clientName, client],
    also: { ...EMAIL, 'event.action': 'limit-exceeded' },
  },
  DELIVERY,
  QUEUED,
  MESSAGE_ID,
  REMOVED,
]);

/** Messages about a mail in the queue, by the first letter behind its number: that says which shapes they can have. */
const byLetter: Readonly<Record<string, MessageParser>> = {
  c: service([SASL_CLIENT, CLIENT]),
  f: service([QUEUED]),
  m: service([MESSAGE_ID]),
  r: service([REMOVED]),
  s: service([NOTICE]),
  t: service([DELIVERY]),
  u: service([PICKED_UP]),
};

/**
 * Messages of Postfix's daemons (smtpd, qmgr, cleanup, smtp, local …). A client's name and address stand before anything
 * the client may choose. Source: Postfix's format strings, postconf(5), "SASL authentication".
 */
export function postfix(text: string, line: Line): Fields | undefined {
  const colon = text.indexOf(':');
  const isQueued = colon >= 5 && colon <= 20 && text.charCodeAt(colon + 1) === SPACE;
  return (isQueued ? byLetter[text.charAt(colon + 2)]?.(text, line) : undefined) ?? every(text, line);
}

const SPACE = 32;
