import type { TextFormat } from '../../line.js';
import { looksLikeAccess, parseAccess } from './access.js';
import { isApacheEvent, isProxys } from './access-origin.js';
import { parseCustom } from './custom-access.js';

const SPACE = 32;
const QUOTE = 34;
const SLASH = 47;
const OPEN = 91;
const BACKSLASH = 92;
const CLOSE = 93;
const SERVER = { module: 'nginx', dataset: 'nginx.access' };

/** nginx's access log, `combined` or `main`, or of the settings' own `pattern`. A combined line that is not Apache's for sure counts as nginx's. */
export const nginxAccess: TextFormat = {
  reads: 'text',
  name: 'nginx.access',
  aliases: ['nginx_access', 'nginx-access'],
  dataset: 'nginx.access',
  sniff: looksLikeAccess,
  parse: (text, line) =>
    line.pattern === undefined && isError(text)
      ? undefined
      : (parseCustom(text, line, SERVER) ?? parseAccess(text, line, SERVER)),
  isOthers: (fields, text) => isApacheEvent(fields, text) || isProxys(text),
};

/**
 * Whether a line that begins as nginx's errors do has no request in it: the look that spares them from being read as accesses. A
 * bracket and a space stand before a request's quote, which is the first but for one that is escaped or a user's.
 */
function isError(text: string): boolean {
  if (text.charCodeAt(4) !== SLASH || text.charCodeAt(10) !== SPACE) return false;
  // A caller, or a level of one letter: Go's programs, which write accesses behind their own head.
  if (text.charCodeAt(20) !== OPEN || text.charCodeAt(22) === CLOSE) return text.charCodeAt(7) === SLASH;
  const quote = text.indexOf('"');
  if (quote < 0) return true;
  const isFirst = quote > 20 && text.charCodeAt(quote - 1) !== BACKSLASH && text.charCodeAt(quote + 1) !== QUOTE;
  return isFirst && text.charCodeAt(quote - 2) !== CLOSE;
}
