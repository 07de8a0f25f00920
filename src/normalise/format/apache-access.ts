import type { TextFormat } from '../line.js';
import { parseAccess } from './access.js';
import { parseSslRequest } from './apache-ssl.js';
import { parseCustom } from './custom-access.js';

const SERVER = { module: 'apache', dataset: 'apache.access' };

/**
 * Apache's access log: common, combined, vhost_combined, ssl_request, or of the settings' own `pattern`. Detected by its virtual host and port alone, because the
 * combined form is nginx's as well; told by the type or the file's path.
 */
export const apacheAccess: TextFormat = {
  reads: 'text',
  name: 'apache.access',
  aliases: ['apache_access', 'apache-access', 'apache2.access', 'httpd.access', 'ncsa', 'clf', 'common', 'combined'],
  dataset: 'apache.access',
  sniff: (text) =>
    SSL.test(text.slice(0, 128)) ||
    /^[a-z0-9_.-]{1,253}:\d{1,5} [0-9a-f.:]{2,45} [^ ]+ [^ ]+ \[\d\d\//i.test(text.slice(0, 512)),
  parse: (text, line) =>
    parseCustom(text, line, SERVER) ?? parseAccess(text, line, SERVER) ?? parseSslRequest(text, line),
};

const SSL = /^\[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] [^ ]{1,64} (?:TLS|SSL)v/;
