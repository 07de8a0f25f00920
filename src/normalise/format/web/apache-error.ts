import type { Fields } from '../../../event/index.js';
import { eventFields } from '../../capture.js';
import { fill } from '../../fields.js';
import type { Line, TextFormat } from '../../line.js';
import { type Endpoint, endpoint, validIp } from '../../text/scan.js';
import { isModSecurity, ruleFields } from '../waf/modsecurity-text.js';

const ERROR = new Set(['emerg', 'alert', 'crit', 'error', 'warn']);

// [module:level] or [level]; [pid 1:tid 2] or [pid 1]; file:line and an APR status may stand before [client …]: the message
// begins with them, as Elastic's pipeline keeps it.
const REST =
  /^( \[(?:([\w-]{0,64}):)?([a-z0-9]{1,16})\](?: \[pid (\d{1,15})(?::tid (\d{1,19}))?\])?)((?: [\w./-]{1,128}\(\d{1,8}\):)?(?: \(\d{1,8}\)[^[]{1,256}:)?)(?: \[client (\[[\da-fA-F:.]{2,45}\](?::\d{1,5})?|[^\]]{1,80})\])? ?/;
const MISSING = /^(?:AH00128: )?File does not exist: (.*)$/;

/**
 * Apache's error log, 2.2 (`[time] [error] [client 1.2.3.4] text`) and 2.4 (`[time] [core:error] [pid 1:tid 2] [client
 * 1.2.3.4:5] AH…: text`). The head is anchored, so nothing in the text can forge it; Apache escapes control characters
 * in the text. Source: mod core, ErrorLogFormat.
 */
export const apacheError: TextFormat = {
  reads: 'text',
  name: 'apache.error',
  aliases: ['apache_error', 'apache-error', 'apache2.error', 'httpd.error'],
  dataset: 'apache.error',
  sniff: (text) =>
    (text.charCodeAt(0) === 91 && text.charCodeAt(4) === 32 && text.charCodeAt(14) === 58) || NUMBERED.test(text),
  parse,
};

// What httpd says before its log is open: a number of its own, and no time.
const NUMBERED = /^AH\d{5}: /;

function parse(text: string, line: Line): Fields | undefined {
  if (NUMBERED.test(text)) return eventFields(line, 'apache.error', text, { category: ['web'] });
  if (text.charCodeAt(0) !== 91) return undefined;
  const time = line.clock.ctime(text, 1);
  const end = line.clock.end;
  const head = Number.isNaN(time) || text.charAt(end) !== ']' ? null : REST.exec(text.slice(end + 1, end + 1200));
  if (head === null) return undefined;
  line.time = time;
  const [whole, known = '', , , , , status = ''] = head;
  const message = text.slice(end + 1 + (status === '' ? whole.length : known.length + 1));
  const fields = { ...headFields(line, head, message), ...missingFile(message) };
  return isModSecurity(message) ? fill(fields, ruleFields(message)) : fields;
}

function headFields(line: Line, head: RegExpExecArray, message: string): Fields {
  const [, , module, level = '', pid, thread, , client] = head;
  const peer = client === undefined ? undefined : clientOf(client, module !== undefined);
  return {
    'event.kind': 'event',
    'event.module': 'apache',
    'event.dataset': 'apache.error',
    'event.category': ['web'],
    'event.type': [ERROR.has(level) ? 'error' : 'info'],
    'event.original': line.original,
    message,
    'host.name': line.hostName,
    'apache.error.module': module === '' ? undefined : module,
    'log.level': level,
    'process.pid': pid === undefined ? undefined : Number(pid),
    'process.thread.id': thread === undefined ? undefined : Number(thread),
    'source.address': peer?.address,
    'source.ip': peer?.ip,
    'source.domain': peer === undefined || peer.ip !== undefined ? undefined : peer.address,
    'source.port': peer?.port,
  };
}

/** 2.4 writes `ADDRESS:PORT`, an IPv6 address with brackets or without; 2.2 the address alone. */
function clientOf(client: string, hasPort: boolean): Endpoint {
  const colon = client.lastIndexOf(':');
  const bare = client.slice(0, colon);
  const isBareIpv6 = hasPort && bare.includes(':') && !client.includes(']') && validIp(bare) !== undefined;
  const found = endpoint(isBareIpv6 ? `[${bare}]${client.slice(colon)}` : client);
  return { ...found, address: isBareIpv6 ? bare : found.address.replace(/^\[(.+)\]$/, '$1') };
}

/** `File does not exist: PATH, referer: URL`; path and referrer are both the client's words, whatever they hold. */
function missingFile(message: string): Fields {
  const found = MISSING.exec(message);
  if (found === null) return {};
  const text = found[1] ?? '';
  const referrer = text.lastIndexOf(', referer: ');
  if (referrer < 0) return { 'file.path': text };
  return { 'file.path': text.slice(0, referrer), 'http.request.referrer': text.slice(referrer + 11) };
}
