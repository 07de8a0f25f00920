import { address, lower, number, text } from '../capture.js';
import { service } from './service.js';

const DNS = { 'event.category': ['network'], 'event.type': ['protocol'], 'network.protocol': 'dns' };
const DENIED = { ...DNS, 'event.type': ['protocol', 'denied'], 'event.action': 'denied', 'event.outcome': 'failure' };
const HEAD = String.raw`^(?:[\w-]{1,32}: (?:(?:info|notice|warning|error): )?)?client (?:@0x[0-9a-f]{1,16} )?([0-9a-fA-F.:]{2,45})#(\d{1,5})(?:/key [^ ]{1,255})?(?: \((.{1,1024}?)\))?: (?:view [^ ]{1,255}: )?`;
const FROM = [address('source'), number('source.port')];
const NAME = text('dns.question.name');
const TYPE = text('dns.question.type');
const CLASS = text('dns.question.class');

/** Messages of BIND's named: queries, and what is refused. Source: BIND 9 Administrator Reference, "Logging". */
export const named = service([
  {
    pattern: new RegExp(
      String.raw`${HEAD}query: ([^ ]{1,1024}) (\w{1,16}) (\w{1,16}) [^ ]{1,32}(?: \(([0-9a-fA-F.:]{2,45})\))?`,
    ),
    to: [...FROM, undefined, NAME, CLASS, TYPE, address('destination')],
    also: { ...DNS, 'event.action': 'query' },
  },
  {
    pattern: new RegExp(
      String.raw`${HEAD}(?:query(?: failed)?(?: \(cache\))?|update|zone transfer|bad zone transfer request:|notify)? ?'([^/']{1,1024})(?:/(\w{1,16}))?/(\w{1,16})' ?(?:denied|approved)`,
    ),
    to: [...FROM, undefined, NAME, TYPE, CLASS],
    also: DENIED,
  },
  {
    pattern: new RegExp(String.raw`${HEAD}query failed \([A-Z]{1,16}\) for ([^ /]{1,1024})/(\w{1,16})/(\w{1,16}) at `),
    to: [...FROM, undefined, NAME, CLASS, TYPE],
    also: { ...DNS, 'event.action': 'query', 'event.outcome': 'failure' },
  },
  {
    pattern: new RegExp(
      String.raw`${HEAD}(?:transfer of|updating zone) '([^/']{1,1024})/(\w{1,16})(?:/\w{1,16})?': (AXFR|IXFR|update)?`,
    ),
    to: [...FROM, undefined, NAME, CLASS, lower('event.action')],
    also: DNS,
  },
  {
    pattern: new RegExp(
      String.raw`${HEAD}rate limit (?:drop|slip|stop) .{0,256}? for ([^ ]{1,1024}) (\w{1,16}) (\w{1,16})`,
    ),
    to: [...FROM, undefined, NAME, CLASS, TYPE],
    also: { ...DENIED, 'event.action': 'rate-limited' },
  },
  {
    pattern: new RegExp(String.raw`${HEAD}.{0,256}\bdenied\b`),
    to: [...FROM, NAME],
    also: DENIED,
  },
]);
