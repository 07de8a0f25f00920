import type { Fields } from '../../../event/index.js';
import type { Line } from '../../line.js';
import { pastIPv4 } from '../../text/codes.js';
import { validIp } from '../../text/scan.js';
import {
  agents,
  CONNECTION,
  datasetOf,
  domainOf,
  forwardedIn,
  durationAt,
  LONG_COLUMNS,
  mapped,
  NUMBER_COLUMNS,
  numberAt,
  servers,
  targetOf,
  TEXT_COLUMNS,
  timeAt,
  unlinked,
  versionIn,
  WEB,
  WEB_NETWORK,
} from './iis-values.js';

/** Reads a line below one header: undefined for a line of another form, which may have set the line's time. */
export type ReadUsual = (text: string, line: Line) => Fields | undefined;

/**
 * JavaScript that reads one column: of the text `t`, in bytes `b` of which `n` are its own and the next is a space, from `p` (and
 * `s`) to the space behind it, where it leaves `p`. `v` gives the variable of a field.
 */
type Code = (v: (field: string) => string) => string;

const PAST = 'while(b[p]!==32)p++;';
/** Whether the piece just read says something; it is not empty. */
const SAID = 'if(p-s>1||b[s]!==45)';

/** Text fields of the same value. */
function text(...fields: readonly string[]): Code {
  return (v) => `${PAST}${SAID}${fields.map(v).join('=')}=t.slice(s,p);`;
}

/** A value of `LONG_COLUMNS`. */
function long(fields: readonly string[], value = 't.slice(s,p)'): Code {
  return (v) =>
    `if(b[p]===45&&b[p+1]===32)p++;else{p=t.indexOf(' ',p);if(p<0)p=n;${fields.map(v).join('=')}=${value};}`;
}

/** A number of up to 15 digits, times a factor; `otherwise` reads what else there may be. */
function number(field: string, factor = '', otherwise = 'numberAt'): Code {
  return (v) =>
    `x=0;while((c=b[p]^48)<=9){x=x*10+c;p++}if(b[p]===32&&p-s<16)${v(field)}=x${factor};` +
    `else{${PAST}${SAID}${v(field)}=f.${otherwise}(t,b,s,p)}`;
}

const status: Code = (v) => {
  const code = v('http.response.status_code');
  return `${number('http.response.status_code')(v)}if(${code}!==void 0)${v('event.outcome')}=${code}<400?'success':'failure';`;
};

const client: Code = (v) => {
  const [ip, address] = [v('source.ip'), v('source.address')];
  return (
    `p=f.pastIPv4(b,p,n);if(p>=0&&b[p]===32)${ip}=${address}=t.slice(s,p);` +
    `else{p=s;${PAST}${SAID}{${address}=f.unlinked(t.slice(s,p));${ip}=f.validIp(${address})}}`
  );
};

const server: Code = (v) =>
  `${PAST}${SAID}{o=f.servers.of(t,k,s,p);${v('destination.address')}=o.address;${v('destination.ip')}=o.ip}`;

const account: Code = (v) =>
  `o=0;while((c=b[p])!==32){if(c===92||c===64)o=1;p++}` +
  `${SAID}{${v('user.name')}=t.slice(s,p);if(o===1)${v('user.domain')}=f.domainOf(${v('user.name')})}`;

const GET = 0x20_54_45_47;
const POST = 0x54_53_4f_50;

const method: Code = (v) => {
  const name = v('http.request.method');
  return (
    `c=w.getInt32(p,true);if(c===${GET}){${name}='GET';p+=3}else if(c===${POST}&&b[p+4]===32){${name}='POST';p+=4}` +
    `else{${PAST}${SAID}${name}=t.slice(s,p)}`
  );
};

/** By byte what it may be in a URL: part of what `isPlainUrl` and `extensionIn` look for. */
const KINDS = new Uint8Array(256);
const [POINT, SLASH, SPECIAL, SPACE] = [1, 2, 4, 8];
KINDS[32] = SPACE;
KINDS[46] = POINT;
KINDS[47] = SLASH;
for (const code of [35, 37, 43, 63]) KINDS[code] = SPECIAL;

/** Path, with `e` behind the dot of its extension (0: it has none); `u` gathers what is special in path and query. */
const stem: Code = (v) =>
  `for(;(c=K[b[p]])!==${SPACE};p++)if(c!==0){if(c===${POINT})e=p+1;else if(c===${SLASH})e=0;else u=${SPECIAL}}` +
  `${SAID}{${v('url.path')}=t.slice(s,p);if(e>0&&e<p)${v('url.extension')}=t.slice(e,p)}`;

const query: Code = (v) => `while((c=K[b[p]])!==${SPACE}){u|=c;p++}${SAID}${v('url.query')}=t.slice(s,p);`;

/** Date and time of day in 20 bytes. */
const moment: Code = () =>
  'if(n-p<20||b[p+10]!==32||b[p+19]!==32)return;line.time=f.timeAt(t,line,p,p+11);if(line.time!==line.time)return;p+=19;';

/** How each column is read; any other says nothing. What is no plain text or number sets what it does in iis-columns.ts. */
const CODES: Readonly<Record<string, Code>> = {
  ...mapped(TEXT_COLUMNS, (fields, name) => (LONG_COLUMNS.has(name) ? long(fields) : text(...fields))),
  ...mapped(NUMBER_COLUMNS, (field) => number(field)),
  's-ip': server,
  'c-ip': client,
  'cs-method': method,
  'cs-uri-stem': stem,
  'cs-uri-query': query,
  'cs-username': account,
  'cs-version': long(['http.version'], 'f.versionIn(t.slice(s,p))'),
  'cs(user-agent)': long(['user_agent.original'], 'f.agents.of(t,k,s,p)'),
  'sc-status': status,
  'time-taken': number('event.duration', '*1e6', 'durationAt'),
  'x-forwarded-for': long(['network.forwarded_ip'], 'f.forwardedIn(t.slice(s,p))'),
};

const VARIABLES = 'k=line.codes,b=k.load(t),w=k.view,n=k.length,p=0,s=0,c=0,x=0,e=0,u=0,o';
/**
 * A space behind the text ends its last piece like the others (nothing is read there otherwise); what is odd at the text's end,
 * and a text that fills the buffer, are not usual.
 */
const BEGIN = 'if(n+4>b.length||n===0||b[n-1]<33||b[n-1]>126)return;b[n]=32;';

/** Behind all columns: what is special in path and query is decoded, and both make the target. */
function targetCode(v: (field: string) => string, hasQuery: boolean): string {
  const [path, original, asked] = [v('url.path'), v('url.original'), v('url.query')];
  const parts = ['original', 'path', 'query', 'fragment', 'extension'].map((part) => `url.${part}`);
  const decoded = `o=f.targetOf(${path},${asked}===void 0?'-':${asked});${parts.map((part) => `${v(part)}=o['${part}'];`).join('')}`;
  const joined = hasQuery ? `${asked}===void 0?${path}:${path}+'?'+${asked}` : path;
  return `if(${path}===void 0)${asked}=void 0;else if((u&${SPECIAL})!==0){${decoded}}else ${original}=${joined};`;
}

/** The values with which every event begins, but for those of columns. */
function headCode(v: (field: string) => string, names: readonly string[], used: ReadonlySet<string>): string[] {
  const isBoth = used.has('source.ip') && used.has('destination.ip');
  const both = `${v('source.ip')}!==void 0&&${v('destination.ip')}!==void 0`;
  return [
    `"event.kind":"event","event.module":"iis","event.dataset":"${datasetOf(names)}"`,
    isBoth
      ? `"event.category":${both}?f.WEB_NETWORK:f.WEB,"event.type":${both}?f.CONNECTION:void 0`
      : '"event.category":f.WEB,"event.type":void 0',
    '"event.original":line.original,message:t,"host.name":line.hostOf(line.host)',
    '"process.name":line.program,"process.pid":line.pid',
  ];
}

/** What the code uses by `f`. */
const USED = {
  ...{ agents, servers, validIp, pastIPv4, unlinked, domainOf, versionIn, forwardedIn, numberAt, durationAt },
  ...{ targetOf, timeAt, WEB, WEB_NETWORK, CONNECTION },
};

/**
 * Compiles the reading of usual lines below a header in one pass: each piece is read as it is found, and the event made at once.
 * It reads as `Columns` does, at half the cost, and leaves to it what it doubts. undefined where the header has a column twice,
 * begins with something else than date and time of day, or has the target as a whole; and where nothing may be compiled. Costs some
 * 100 µs; callers bound how often.
 *
 * Only names and code of this file are compiled, nothing of the header itself.
 */
export function compileUsual(names: readonly string[]): ReadUsual | undefined {
  const keys = names.map((name) => name.toLowerCase());
  const isUsual = names[0] === 'date' && names[1] === 'time' && new Set(keys).size === keys.length;
  if (!isUsual || names.length < 3 || ODD.some((name) => keys.includes(name))) return undefined;
  const fields: string[] = [];
  const v = (field: string): string => `v${fields.indexOf(field) < 0 ? fields.push(field) - 1 : fields.indexOf(field)}`;
  const pieces = [moment, ...keys.slice(2).map((key) => (Object.hasOwn(CODES, key) ? CODES[key] : undefined))];
  const read = pieces.map((code, nth) => {
    const end = nth + 1 === pieces.length ? 'p!==n' : 'p>=n';
    return `s=p;${code?.(v) ?? PAST}if(p===s||${end})return;p++;`;
  });
  if (keys.includes('cs-uri-stem')) read.push(targetCode(v, keys.includes('cs-uri-query')));
  else if (keys.includes('cs-uri-query')) read.push(`${v('url.query')}=void 0;`);
  if (names.includes('s-computername'))
    read.push(`o=${v('iis.access.server_name')};if(o!==void 0)line.host=o.toLowerCase();`);
  const head = headCode(v, names, new Set(fields));
  const event = [...head, ...fields.map((field) => `"${field}":${v(field)}`)].join(',');
  const variables = [VARIABLES, ...fields.map(v)].join(',');
  const body = `return(t,line)=>{let ${variables};${BEGIN}${read.join('')}return{${event}}}`;
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- code and names of this file; nothing else makes any
    return (new Function('f', 'K', body) as (used: typeof USED, kinds: typeof KINDS) => ReadUsual)(USED, KINDS);
  } catch {
    return undefined;
  }
}

/** Columns that keep a header from being usual. */
const ODD = ['cs-uri', 'cs(x-forwarded-for)'];
