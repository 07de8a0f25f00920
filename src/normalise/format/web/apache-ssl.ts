import type { Fields } from '../../../event/index.js';
import { address, both, eventFields, number, readShape, request, text, tlsVersion } from '../../capture.js';
import type { Line } from '../../line.js';

const SHAPES = [
  {
    pattern: /^\[[^\]]{26}\] ([^ ]{1,255}) ([^ ]{1,32}) ([^ ]{1,128}) "([^"\\]*(?:\\.[^"\\]*)*)" (\d{1,15}|-)(?: |$)/,
    to: [
      address('source', true),
      both(text('apache.access.ssl.protocol'), tlsVersion),
      both(text('apache.access.ssl.cipher'), text('tls.cipher')),
      request,
      number('http.response.body.bytes'),
    ],
  },
];

/**
 * Apache's ssl_request_log: `[TIME] ADDRESS PROTOCOL CIPHER "REQUEST" BYTES`; undefined for anything else. Source: Apache's
 * default httpd-ssl.conf.
 */
export function parseSslRequest(line: string, at: Line): Fields | undefined {
  const time = line.charCodeAt(0) === 91 ? at.clock.clf(line, 1) : Number.NaN;
  if (Number.isNaN(time)) return undefined;
  const fields = eventFields(at, 'apache.access', line, { category: ['web'], type: ['access'] });
  if (!readShape(SHAPES, line, fields)) return undefined;
  at.time = time;
  return fields;
}
