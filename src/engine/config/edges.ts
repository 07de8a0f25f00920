import { z } from 'zod';
import { span } from './span.js';

/** A PEM text. What is a path by mistake is told how to become one. */
export const pem = z.string().refine((text) => text.includes('-----BEGIN '), {
  error: 'not a PEM text; to read it from a file, write ${file:/path/to/it.pem}',
});

const tls = z.union([z.boolean(), z.strictObject({ ca: pem.optional(), cert: pem.optional(), key: pem.optional() })]);

const sasl = z.strictObject({
  mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
  username: z.string(),
  password: z.string(),
});

const DAY = 86_400_000;

const retention = z.strictObject({
  detections: span.default(7 * DAY),
  alerts: span.default(30 * DAY),
  'dead-letter': span.default(30 * DAY),
  events: span.default(3 * DAY),
});

/**
 * `kafka: site:`: the work is shared by members (`run --role`) and state is kept in the cluster, in topics of these
 * names and sizes. Partitions are fixed once and for all. `threads`: those of one member; the detector has the second.
 */
const site = z.strictObject({
  partitions: z.number().int().min(1).max(1000).default(6),
  replication: z.number().int().min(1).max(32).default(1),
  prefix: z
    .string()
    .regex(/^[\w.-]{0,100}$/u, { error: 'not the beginning of a topic name' })
    .default('sekisho.'),
  group: z.string().min(1).max(200).default('sekisho'),
  retention: retention.prefault({}),
  threads: z.number().int().min(1).max(2).optional(),
});

/** `kafka:`: how to reach the cluster that inputs with `topics` read from. */
export const kafkaSchema = z.strictObject({
  brokers: z.array(z.string().regex(/^.+:\d+$/u, { error: 'not a broker; write host:port' })).min(1),
  'client-id': z.string().optional(),
  tls: tls.optional(),
  sasl: sasl.optional(),
  'allow-plaintext-credentials': z.boolean().optional(),
  site: site.optional(),
});

/** Where reading of a partition that nobody has read yet begins; a time becomes epoch ms. */
export const startSchema = z.string().transform((text, context) => {
  if (text === 'latest' || text === 'earliest') return text;
  const time = /^\d{4}-\d{2}-\d{2}/u.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(time)) return { time };
  context.addIssue(`'${text}' is not a place to start; write latest, earliest or a time such as 2026-03-11T20:00:00Z`);
  return z.NEVER;
});

const node = z.string().refine((text) => /^https?:$/u.test(protocolOf(text)), {
  error: 'not an address of Elasticsearch; write http://host:9200 or https://host:9200',
});

function protocolOf(text: string): string {
  return URL.canParse(text) ? new URL(text).protocol : '';
}

const events = z.boolean().default(false);

const ndjson = z.strictObject({ type: z.literal('ndjson'), path: z.string(), events });

const elasticsearchKeys = z.strictObject({
  type: z.literal('elasticsearch'),
  nodes: z.array(node).min(1),
  'api-key': z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  ca: pem.optional(),
  'allow-plaintext-credentials': z.boolean().optional(),
  retention: span.optional(),
  events,
  'events-retention': span.optional(),
});

const elasticsearch = elasticsearchKeys.superRefine(({ username, password, 'api-key': key }, context) => {
  if ((username === undefined) === (password === undefined)) return;
  const [path, other] = username === undefined ? ['password', 'username'] : ['username', 'password'];
  const fix = key === undefined ? `add ${other}, or use api-key instead` : 'api-key is enough; take it out';
  context.addIssue({ code: 'custom', path: [path], message: `stands alone; ${fix}` });
});

/** One of `outputs:`. */
export const outputSchema = z.discriminatedUnion('type', [ndjson, elasticsearch], {
  error: 'no output of that type; there are ndjson and elasticsearch',
});

/** The cluster, checked. */
export type KafkaConfig = z.output<typeof kafkaSchema>;
/** The site's topics and groups, checked. */
export type SiteConfig = z.output<typeof site>;
/** An output, checked. */
export type OutputConfig = z.output<typeof outputSchema>;
/** The Elasticsearch output, checked. */
export type ElasticsearchConfig = z.output<typeof elasticsearch>;
