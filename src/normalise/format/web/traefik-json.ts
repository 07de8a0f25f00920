import type { Fields } from '../../../event/index.js';
import { endpoint } from '../../text/scan.js';
import { httpVersion, ip, numberOf, snake, stringOf, text, whole } from '../../raw.js';
import { byStatus, mapped, type Row } from '../mapped.js';
import { setUrl } from './url-fields.js';

const ROWS: readonly Row[] = [
  ['log.level', 'level'],
  ['source.address', ['ClientAddr', 'ClientHost']],
  ['source.ip', ['ClientHost', 'ClientAddr'], ip],
  ['source.port', 'ClientPort', whole],
  ['user.name', 'ClientUsername'],
  ['http.request.method', 'RequestMethod'],
  ['http.request.referrer', ['request_Referer', 'RequestRefererHeader'], text],
  ['http.request.body.bytes', 'RequestContentSize', whole],
  ['http.version', 'RequestProtocol', httpVersion],
  ['http.response.status_code', ['DownstreamStatus', 'OriginStatus'], whole],
  ['http.response.body.bytes', ['DownstreamContentSize', 'OriginContentSize'], whole],
  ['user_agent.original', ['request_User-Agent', 'RequestUserAgentHeader'], text],
  ['url.scheme', 'RequestScheme'],
  ['tls.cipher', 'TLSCipher'],
  ['tls.version', 'TLSVersion', text],
  ['observer.ingress.interface.name', 'entryPointName'],
  ['observer.egress.interface.name', ['ServiceName', 'BackendName']],
  ['traefik.access.router.name', ['RouterName', 'FrontendName']],
  ['event.duration', 'Duration', whole],
  ['network.community_id', 'CommunityId'],
];

const HERE = 'traefik.access.';

/** Elastic's names of what is kept besides; a name the rows have set already stays as they set it. */
const OWN: Readonly<Record<string, string>> = {
  RequestCount: `${HERE}request_count`,
  OriginContentSize: `${HERE}origin.content_size`,
  OriginDuration: `${HERE}origin.duration`,
  OriginStatus: `${HERE}origin.status_code`,
  Overhead: `${HERE}overhead`,
  RetryAttempts: `${HERE}retry_attempts`,
  GzipRatio: `${HERE}gzip_ratio`,
  'ServiceURL.Host': `${HERE}service.url.domain`,
  'BackendURL.Host': `${HERE}service.url.domain`,
  ServiceURL: `${HERE}service.address`,
  BackendURL: `${HERE}service.address`,
  ClientHost: 'source.ip',
  ClientAddr: 'source.address',
  ClientPort: 'source.port',
  DownstreamContentSize: 'http.response.body.bytes',
  DownstreamStatus: 'http.response.status_code',
  Duration: 'event.duration',
  FrontendName: `${HERE}router.name`,
  RouterName: `${HERE}router.name`,
  RequestContentSize: 'http.request.body.bytes',
  RequestMethod: 'http.request.method',
  RequestPath: 'url.original',
  RequestHost: 'url.domain',
  RequestAddr: 'url.domain',
  RequestProtocol: 'http.version',
  RequestScheme: 'url.scheme',
  TLSCipher: 'tls.cipher',
  TLSVersion: 'tls.version',
  ServiceName: 'observer.egress.interface.name',
  BackendName: 'observer.egress.interface.name',
  ServiceAddr: 'destination.address',
  BackendAddr: 'destination.address',
  entryPointName: 'observer.ingress.interface.name',
  'request_User-Agent': 'user_agent.original',
  TraceId: 'trace.id',
  SpanId: 'span.id',
  level: 'log.level',
  msg: 'message',
};

const HEADERS: readonly (readonly [string, string])[] = [
  ['request_', 'http.request.headers.'],
  ['downstream_', 'http.response.headers.'],
  ['origin_', `${HERE}origin.headers.`],
  ['ServiceURL.', `${HERE}service.url.`],
  ['BackendURL.', `${HERE}service.url.`],
];

function ownName(key: string): string | undefined {
  // A dash says that there is none.
  if (key === 'RequestPort' || key === 'ClientUsername') return undefined;
  const known = Object.hasOwn(OWN, key) ? OWN[key] : undefined;
  if (known !== undefined) return known;
  const family = HEADERS.find(([prefix]) => key.startsWith(prefix));
  if (family === undefined) return HERE + snake(key);
  const [prefix, field] = family;
  const rest = key.slice(prefix.length);
  return field + (field.includes('headers') ? rest.toLowerCase() : snake(rest));
}

/**
 * Traefik's access log as JSON: `ClientHost`, `RequestMethod`, `RequestPath`, `DownstreamStatus`, `Duration` (ns), `StartUTC`,
 * `request_User-Agent` …; ClientHost is the source, RequestAddr the domain asked for, the backend the destination.
 * Source: Traefik documentation, access logs.
 */
export const traefikJson = mapped({
  name: 'traefik.access',
  aliases: ['traefik', 'traefik_access', 'traefik-json'],
  dataset: 'traefik.access',
  sniff: (json) => 'RequestMethod' in json && ('ClientHost' in json || 'ClientAddr' in json),
  time: ['StartUTC', 'time', 'StartLocal'],
  rows: ROWS,
  own: ownName,
  message: 'msg',
  meaning: (raw) => ({
    category: ['web'],
    type: ['access'],
    outcome: byStatus(numberOf(raw, ['DownstreamStatus', 'OriginStatus'])),
  }),
  finish: (fields, raw) => {
    setDomain(fields, stringOf(raw, ['RequestHost', 'RequestAddr']), stringOf(raw, 'RequestPort'));
    setUrl(fields, stringOf(raw, 'RequestPath'));
    setBackend(fields, stringOf(raw, ['BackendAddr', 'ServiceAddr']));
    const peer = ip(stringOf(raw, 'ClientAddr') ?? null);
    if (peer !== undefined && peer !== fields['source.ip']) fields['network.forwarded_ip'] = fields['source.ip'];
    Object.assign(fields, OBSERVER);
  },
});

const OBSERVER = {
  'network.transport': 'tcp',
  'observer.vendor': 'traefik',
  'observer.product': 'traefik',
  'observer.type': 'proxy',
};

function setDomain(fields: Fields, host: string | undefined, port: string | undefined): void {
  if (host === undefined) return;
  const found = endpoint(host);
  fields['url.domain'] = found.address;
  fields['url.port'] = found.port ?? (port !== undefined && /^\d{1,5}$/.test(port) ? Number(port) : undefined);
}

function setBackend(fields: Fields, backend: string | undefined): void {
  if (backend === undefined) return;
  const found = endpoint(backend);
  fields['destination.address'] = found.address;
  fields['destination.ip'] = found.ip;
  fields['destination.port'] = found.port;
}
