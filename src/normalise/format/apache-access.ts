import type { TextFormat } from '../line.js';
import { parseAccess } from './access.js';

const SERVER = { module: 'apache', dataset: 'apache.access' };

/**
 * Apache's access log: common, combined and vhost_combined. Detected by its virtual host and port alone, because the
 * combined form is nginx's as well; told by the type or the file's path.
 */
export const apacheAccess: TextFormat = {
  reads: 'text',
  name: 'apache.access',
  aliases: ['apache_access', 'apache-access', 'apache2.access', 'httpd.access'],
  dataset: 'apache.access',
  sniff: (text) => /^[a-z0-9_.-]{1,253}:\d{1,5} [0-9a-f.:]{2,45} [^ ]+ [^ ]+ \[\d\d\//i.test(text.slice(0, 512)),
  parse: (text, line) => parseAccess(text, line, SERVER),
};
