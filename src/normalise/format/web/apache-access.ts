import type { TextFormat } from '../../line.js';
import { looksLikeAccess, parseAccess } from './access.js';
import { isLikeApache, isNginxLine, isProxys } from './access-origin.js';
import { parseSslRequest } from './apache-ssl.js';
import { parseCustom } from './custom-access.js';

const SERVER = { module: 'apache', dataset: 'apache.access' };

/**
 * Apache's access log: common, combined, vhost_combined, ssl_request, or of the settings' own `pattern`. The combined form is
 * nginx's as well: detected by what only Apache writes, otherwise told by the type, the file's path, or the line before.
 */
export const apacheAccess: TextFormat = {
  reads: 'text',
  name: 'apache.access',
  aliases: ['apache_access', 'apache-access', 'apache2.access', 'httpd.access', 'ncsa', 'clf', 'common', 'combined'],
  dataset: 'apache.access',
  sniff: (text) => SSL.test(text.slice(0, 128)) || (looksLikeAccess(text) && isLikeApache(text)),
  parse: (text, line) =>
    parseCustom(text, line, SERVER) ?? parseAccess(text, line, SERVER) ?? parseSslRequest(text, line),
  isOthers: (_fields, text) => isNginxLine(text) || isProxys(text),
};

const SSL = /^\[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] [^ ]{1,64} (?:TLS|SSL)v/;
