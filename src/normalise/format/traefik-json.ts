import type { Fields } from '../../event/index.js';
import { endpoint } from '../scan.js';
import { httpVersion, ip, numberOf, snake, stringOf, text, whole } from '../raw.js';
import { byStatus, mapped, type Row } from './mapped.js';
import { setUrl } from './url-fields.js';

const ROWS: readonly Row[] = [
  ['log.level', 'level'],
  ['source.address', ['ClientHost', 'ClientAddr']],
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
  ['event.duration', 'Duration', whole],
  ['network.community_id', 'CommunityId'],
];

/** Elastic's names of what has no field in ECS. */
const OWN: Readonly<Record<string, string>> = {
  RequestCount: 'request_count',
  FrontendName: 'frontend_name',
  RouterName: 'router_name',
  ServiceName: 'service_name',
  ServiceURL: 'backend_url',
  BackendURL: 'backend_url',
  ClientUsername: 'user_identifier',
};

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
  own: (key) => `traefik.access.${OWN[key] ?? snake(key)}`,
  meaning: (raw) => ({
    category: ['web'],
    type: ['access'],
    outcome: byStatus(numberOf(raw, ['DownstreamStatus', 'OriginStatus'])),
  }),
  finish: (fields, raw) => {
    setDomain(fields, stringOf(raw, ['RequestHost', 'RequestAddr']), stringOf(raw, 'RequestPort'));
    setUrl(fields, stringOf(raw, 'RequestPath'));
    setBackend(fields, stringOf(raw, ['BackendAddr', 'ServiceAddr']));
  },
});

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
