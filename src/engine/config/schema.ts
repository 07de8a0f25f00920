import { z } from 'zod';
import { LEVELS } from '../../event/index.js';
import { kafkaSchema, outputSchema, startSchema } from './edges.js';
import { ENRICH_KEYS } from './enrich.js';
import { bytes } from './bytes.js';
import { multilineSchema } from './joining.js';
import { span } from './span.js';
import { DEFAULT_GROUP, readsTopics } from '../inputs.js';
import { suggestion } from './suggest.js';
import { syslogSchema } from './syslog.js';

export type { ElasticsearchConfig, KafkaConfig, SiteConfig } from './edges.js';

/** Whether this Node knows a time zone of that name. */
function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const zone = z.string().refine(isTimeZone, { error: ({ input }) => unknownZone(String(input)) });

function unknownZone(name: string): string {
  const near = suggestion(name, Intl.supportedValuesOf('timeZone'));
  const mend = near.includes('did you mean') ? near : '; use an IANA name such as Asia/Tokyo or UTC';
  return `'${name.slice(0, 64)}' is not a time zone${mend}`;
}

const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)]).transform((v) => (typeof v === 'string' ? [v] : v));

const logsource = z.strictObject({
  product: z.string().toLowerCase().optional(),
  category: z.string().toLowerCase().optional(),
  service: z.string().toLowerCase().optional(),
});

const topicPattern = z.string().refine(isExpression, { error: 'not a regular expression' });

function isExpression(text: string): boolean {
  try {
    return new RegExp(text, 'u').source !== '';
  } catch {
    return false;
  }
}

/** Files (`path`), a port (`syslog`), or topics of Kafka (`topics`, `topic-pattern`, or both). */
const inputKeys = z.strictObject({
  path: oneOrMore.default([]),
  syslog: syslogSchema.optional(),
  topics: oneOrMore.optional(),
  'topic-pattern': topicPattern.optional(),
  group: z.string().min(1).optional(),
  start: startSchema.optional(),
  /** A built-in format or a described one: checked when those are read. */
  type: z.string().min(1).optional(),
  pattern: z.string().max(8192).optional(),
  timezone: zone.optional(),
  host: z.string().optional(),
  logsource: logsource.optional(),
  fields: z.record(z.string(), z.string()).optional(),
  mapping: z.record(z.string(), z.string()).optional(),
  multiline: multilineSchema.optional(),
});

const input = inputKeys.superRefine((value, context) => {
  const isKafka = readsTopics(value);
  const kinds = [isKafka, value.path.length > 0, value.syslog !== undefined].filter(Boolean).length;
  if (kinds > 1) context.addIssue('names more than one of files, topics and syslog; make each an input of its own');
  if (kinds === 0) context.addIssue('names nothing to read; give it a path, syslog, topics or a topic-pattern');
  if (isKafka && value.multiline !== undefined)
    context.addIssue({
      code: 'custom',
      path: ['multiline'],
      message: "'multiline' is for files only; let the shipper join lines",
    });
  if (isKafka) return;
  for (const key of ['group', 'start'] as const) {
    if (value[key] !== undefined)
      context.addIssue({ code: 'custom', path: [key], message: `'${key}' is for topics only` });
  }
});

const override = z.strictObject({
  disabled: z.boolean().optional(),
  level: z.enum(LEVELS).optional(),
  threshold: z.number().optional(),
  timespan: span.optional(),
});

/**
 * The configuration file, key by key. Unknown keys are errors. Spans and sizes are strings with a unit and become
 * milliseconds and bytes.
 */
const configKeys = z.strictObject({
  /** Folder of the store (`sekisho.db`). Relative paths are relative to the configuration file. */
  data: z.string().default('./sekisho-data'),
  kafka: kafkaSchema.optional(),
  inputs: z.array(input).default([]),
  timezone: zone.optional(),
  rules: oneOrMore.optional(),
  values: oneOrMore.default([]),
  formats: oneOrMore.default([]),
  ...ENRICH_KEYS,
  overrides: z.record(z.string(), override).default({}),
  lateness: span.default(300_000),
  idle: span.default(60_000),
  'commit-interval': span.default(1000),
  'poll-interval': span.default(500),
  'max-line': bytes.default(1_048_576),
  memory: bytes.default(268_435_456),
  retention: span.optional(),
  outputs: z.array(outputSchema).default([]),
  http: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: z.number().int().min(0).max(65_535).default(9464),
    })
    .nullable()
    .optional(),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
      pretty: z.boolean().optional(),
    })
    .default({ level: 'info' }),
});

/** The configuration file with what must agree between its parts. */
export const configSchema = configKeys.superRefine(({ kafka, inputs, outputs }, context) => {
  if (kafka?.site !== undefined) {
    const isLocal = inputs.map((one) => !readsTopics(one));
    refuse(context, 'inputs', isLocal, 'with kafka: site: only topics are read; ship these logs to a topic');
    const isHere = outputs.map(({ type }) => type !== 'elasticsearch');
    refuse(context, 'outputs', isHere, 'with kafka: site: alerts go to their topic and to elasticsearch only');
  }
  const starts = new Map<string, string>();
  inputs.forEach((one, i) => {
    if (!readsTopics(one)) return;
    if (kafka === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['inputs', i],
        message: 'topics need a cluster; name it under kafka: brokers:',
      });
    }
    const group = one.group ?? DEFAULT_GROUP;
    const start = JSON.stringify(one.start ?? 'latest');
    if (starts.has(group) && starts.get(group) !== start) {
      const message = `the group ${group} starts elsewhere in another input; give both the same start, or another group`;
      context.addIssue({ code: 'custom', path: ['inputs', i, 'start'], message });
    }
    starts.set(group, start);
  });
});

function refuse(context: z.RefinementCtx, key: string, isRefused: readonly boolean[], message: string): void {
  isRefused.forEach((is, i) => {
    if (is) context.addIssue({ code: 'custom', path: [key, i], message });
  });
}

/** A checked configuration. */
export type ConfigFile = z.output<typeof configSchema>;
