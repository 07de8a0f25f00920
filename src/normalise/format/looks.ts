import { withoutColours } from '../text/bare.js';
import { isDigit } from '../text/scan.js';
import { looksLikeAccess } from './web/access.js';
import { apacheError } from './web/apache-error.js';
import { autheliaText, vaultwarden } from './app/app-text.js';
import { auditd } from './server/auditd/auditd.js';
import { awsElb } from './web/aws-elb/aws-elb.js';
import { coredns } from './server/coredns.js';
import { eximLog, fail2banLog, namedLog, proftpdLog, vsftpdLog } from './server/daemon-logs.js';
import { envoyText } from './web/envoy-text.js';
import { gitea } from './app/gitea.js';
import { haproxy } from './web/haproxy.js';
import { herokuRouter } from './web/heroku.js';
import { iptables } from './server/iptables.js';
import { keycloakText } from './app/keycloak-text.js';
import { mysqlError } from './database/mysql.js';
import { nginxError } from './web/nginx-error.js';
import { nginxIngressError } from './web/nginx-ingress-error.js';
import { octetCounted } from './server/octet-count.js';
import { postgresql } from './database/postgresql.js';
import { snort } from './ids/snort.js';
import { windowsXml } from './server/windows/xml.js';
import { xferlog } from './server/xferlog.js';

// `<34>`, `Nov 23 06:39:04 ` or `2026-11-23T06:39:04.1+09:00 host tag[1]: `.
const SYSLOG =
  /^(?:<\d{1,3}>|(?:\d{4} )?[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d |\d{4}-\d\d-\d\dT[\d:.+Z-]{8,28} \S{1,255} [^\s:[]{1,96}(?:\[\d{1,9}\])?: )/;

/**
 * Whether a text begins as the log lines that people wrap most: those of web servers, proxies and databases, syslog, packets. Cheap,
 * and stricter than what detection tries, because a message of any application is looked at.
 */
export function looksLikeLog(text: string): boolean {
  return looksLikeFile(text) || SYSLOG.test(text.slice(0, 420)) || iptables.sniff(text);
}

/** Whether a text begins with a whole head of syslog: a time, a host and a tag. */
export function looksLikeSyslog(text: string): boolean {
  const first = text.charCodeAt(0);
  const mayBe = first === 60 || isDigit(first) || text.charCodeAt(3) === SPACE;
  return mayBe && isHeaded(text);
}

function isHeaded(text: string): boolean {
  return WHOLE.test(text.slice(0, 420)) || RFC5424.test(text.slice(0, 20));
}

const ESCAPE = 27;
const SPACE = 32;
const LESS = 60;
const RFC5424 = /^<\d{1,3}>1 \d{4}-\d\d-/;
const WHOLE =
  /^(?:<\d{1,3}>)?(?:(?:\d{4} )?[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.+Z-]{8,28}) \S{1,255} [^\s:[]{1,96}(?:\[\d{1,9}\])?: /;

const NUMBERED = [
  ...[nginxError, mysqlError, postgresql, awsElb, haproxy, snort, keycloakText, gitea],
  ...[eximLog, fail2banLog, namedLog, proftpdLog, herokuRouter, octetCounted],
];
/** The columns of IIS that all have: an address or a site, a port or none, a method, a path. */
const IIS =
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (?:[^ ]{1,128} ){0,4}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]{2,39}(?:%\d{1,3})?|\[[0-9a-fA-F.:]{2,45}\]\(http:[^ ]{1,64}\)|W3SVC\d{1,6}) (?:\d{1,5} )?(?:HTTP\/[\d.]{1,3} )?(?:[A-Z_]{3,16} [/*]|- - - )/;
/** The lines above the entries of a W3C log. */
const W3C = /^#(?:Software|Version|Date|Fields): /;
/** Apache's ssl_request_log: the protocol stands behind the address. */
const SSL_REQUEST = /^\[\d\d\/[A-Z][a-z]{2}\/\d{4}:[\d: +-]{14}\] [^ ]{1,255} (?:TLS|SSL)v\d/;

/**
 * As `looksLikeLog`, for what a server writes into a file: it begins with that log's own time, or has an access log's in
 * its fixed place. A few looks at the first characters for any other text.
 */
export function looksLikeFile(text: string): boolean {
  return looksLikeAccess(text) || looksLikeRest(text);
}

/** As `looksLikeFile`, for a text that is no access log's. */
export function looksLikeRest(text: string): boolean {
  const first = text.charCodeAt(0);
  if (isDigit(first)) return NUMBERED.some((format) => format.sniff(text)) || IIS.test(text.slice(0, 700));
  if (first === 91)
    return (
      SSL_REQUEST.test(text.slice(0, 300)) ||
      [apacheError, envoyText, snort, vaultwarden, coredns, gitea].some((format) => format.sniff(text))
    );
  // An IPv6 address that begins with its zeros.
  if (first === 58) return haproxy.sniff(text);
  if (first === 35) return W3C.test(text.slice(0, 12));
  if (first === LESS || first === ESCAPE) return isMarked(text, first);
  // `type=`, `node=`, `time=`
  if (first !== 116 && first !== 110) return isProxied(text, first) || isDated(text);
  return isProxied(text, first) || (NAMED.test(text.slice(0, 8)) && (auditd.sniff(text) || autheliaText.sniff(text)));
}

/** What begins with a priority or a tag, and a file's line that its program has coloured. */
function isMarked(text: string, first: number): boolean {
  if (first === LESS) return postgresql.sniff(text) || windowsXml.sniff(text) || haproxy.sniff(text);
  const plain = withoutColours(text);
  return plain.charCodeAt(0) !== ESCAPE && looksLikeFile(plain);
}

/** `Mon Nov 23 …`, of FTP servers; `E1123 …`, klog's. */
function isDated(text: string): boolean {
  if (text.charCodeAt(3) === SPACE) return vsftpdLog.sniff(text) || xferlog.sniff(text);
  return isDigit(text.charCodeAt(1)) && nginxIngressError.sniff(text);
}

const NAMED = /^(?:type|node|time)=/;

/**
 * Whether a text may look like a log (or be JSON, or syslog, perhaps behind a cookie) to any of the looks here: no for nearly all
 * messages, after three characters and one search.
 */
export function mayBeLog(text: string): boolean {
  const isWord = WORDS[text.charCodeAt(0)] === 1 && !isDigit(text.charCodeAt(1)) && text.charCodeAt(3) !== SPACE;
  return !isWord || text.includes('"');
}

/** As `mayBeLog`, of what stands from `at` in a text whose bytes these are, four of them at least. */
export function mayBeLogIn(text: string, bytes: Uint8Array, at: number): boolean {
  const isWord = WORDS[bytes[at] as number] === 1 && !isDigit(bytes[at + 1] as number) && bytes[at + 3] !== SPACE;
  return !isWord || text.indexOf('"', at) >= 0;
}

/** By character: 1 for the letters that no log begins with, unless a digit stands behind them. */
const WORDS = new Uint8Array(128).fill(1, 66, 91).fill(1, 97, 123);
for (const letter of 'ghntw') WORDS[letter.charCodeAt(0)] = 0;

function isProxied(text: string, first: number): boolean {
  // `at=`, `sock=`, of Heroku's router.
  if (first === 97 || first === 115) return herokuRouter.sniff(text);
  // `ACCESS [`, Ambassador's word before Envoy's line.
  if (first === 65) return envoyText.sniff(text);
  // `http `, `https `, `h2 `, `haproxy[`, `tls `, `ws `, `grpc `.
  const isNamed = first === 104 || first === 116 || first === 119 || first === 103;
  return isNamed && PREFIX.test(text.slice(0, 9)) && (awsElb.sniff(text) || haproxy.sniff(text));
}

const PREFIX = /^(?:(?:https?|h2|wss?|grpcs?|tls) \d|haproxy\[\d)/;
