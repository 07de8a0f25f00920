import type { TextFormat } from '../line.js';
import { looksLikeAccess, parseAccess } from './access.js';
import { isApacheEvent, isProxys } from './access-origin.js';
import { parseCustom } from './custom-access.js';

const SERVER = { module: 'nginx', dataset: 'nginx.access' };

/** nginx's access log, `combined` or `main`, or of the settings' own `pattern`. A combined line that is not Apache's for sure counts as nginx's. */
export const nginxAccess: TextFormat = {
  reads: 'text',
  name: 'nginx.access',
  aliases: ['nginx_access', 'nginx-access'],
  dataset: 'nginx.access',
  sniff: looksLikeAccess,
  parse: (text, line) => parseCustom(text, line, SERVER) ?? parseAccess(text, line, SERVER),
  isOthers: (fields, text) => isApacheEvent(fields, text) || isProxys(text),
};
