import type { FieldValue, Fields } from '../../event/index.js';
import { fill } from '../fields.js';
import { hintOfPath } from '../format/paths.js';
import { flatten, isObject } from '../json/json.js';
import type { Envelope, JsonObject, Line, Payload } from '../line.js';
import { stringOf } from '../raw.js';

/** Values inside each other; deeper ones are dropped. */
const MAX_DEPTH = 16;

/**
 * OpenTelemetry logs as JSON (otlp_json): `resourceLogs[].scopeLogs[].logRecords[]`, every log record a log of its own.
 * Resource attributes by the semantic conventions become ECS (`host.name`, `service.name`, `k8s.*`, `container.*`,
 * `cloud.*`), the severity `log.level`; all others stay under `otel.*`. A body that is a list of keys is read as JSON.
 * Source: OTLP specification (JSON encoding), opentelemetry-proto logs.proto, semantic conventions.
 */
export const otel: Envelope = {
  name: 'otlp_json',
  aliases: ['otel', 'otlp', 'opentelemetry'],
  keys: ['resourceLogs', 'resource_logs'],
  sniff: (json) => Array.isArray(json['resourceLogs']) || Array.isArray(json['resource_logs']),
  unwrap: (json, line) =>
    objects(json['resourceLogs'] ?? json['resource_logs']).flatMap((item) => ofResource(item, line)),
};

function ofResource(item: JsonObject, line: Line): readonly Payload[] {
  const resource = isObject(item['resource']) ? attributesOf(item['resource']['attributes'], '') : {};
  const shared = ecsOf(flatOf(resource, line), 'otel.resource.attributes.');
  return objects(item['scopeLogs'] ?? item['scope_logs'] ?? item['instrumentationLibraryLogs']).flatMap((scope) =>
    objects(scope['logRecords'] ?? scope['log_records'] ?? scope['logs']).map((log) => payloadOf(log, shared, line)),
  );
}

function payloadOf(log: JsonObject, shared: Fields, line: Line): Payload {
  const fields = ecsOf(flatOf(attributesOf(log['attributes'], ''), line), 'otel.attributes.');
  fill(fields, shared);
  fill(fields, {
    'log.level': textOf(log['severityText']),
    'otel.severity_number': typeof log['severityNumber'] === 'number' ? log['severityNumber'] : undefined,
    'trace.id': textOf(log['traceId']),
    'span.id': textOf(log['spanId']),
  });
  const path = stringOf(fields, 'log.file.path');
  const body = valueOf(log['body'], 0);
  const hints = [
    path === undefined ? undefined : hintOfPath(path),
    stringOf(fields, ['event.dataset', 'data_stream.dataset', 'kubernetes.container.name', 'service.name']),
  ];
  return {
    text: typeof body === 'string' ? body : JSON.stringify(body ?? ''),
    hints: hints.filter((hint) => hint !== undefined),
    time: nanos(
      log['timeUnixNano'] ?? log['time_unix_nano'],
      log['observedTimeUnixNano'] ?? log['observed_time_unix_nano'],
    ),
    host: stringOf(fields, ['host.name', 'kubernetes.node.name']),
    fields,
  };
}

/** Attributes by the semantic conventions: other names for the same. */
const NAMES: Readonly<Record<string, string>> = {
  'k8s.pod.name': 'kubernetes.pod.name',
  'k8s.pod.uid': 'kubernetes.pod.uid',
  'k8s.namespace.name': 'kubernetes.namespace',
  'k8s.container.name': 'kubernetes.container.name',
  'k8s.node.name': 'kubernetes.node.name',
  'k8s.deployment.name': 'kubernetes.deployment.name',
  'k8s.cluster.name': 'orchestrator.cluster.name',
  'log.iostream': 'stream',
  'os.type': 'host.os.type',
  'cloud.platform': 'cloud.service.name',
  'host.arch': 'host.architecture',
  'deployment.environment': 'service.environment',
  'service.instance.id': 'service.node.name',
};
const SAME =
  /^(?:host|service|container|cloud|process|log\.file|event|data_stream|user|source|client|http|url|user_agent)\./;

function ecsOf(raw: Fields, rest: string): Fields {
  const fields: Fields = {};
  for (const key of Object.keys(raw)) {
    const name = Object.hasOwn(NAMES, key) ? NAMES[key] : undefined;
    fields[name ?? (SAME.test(key) ? key : rest + key)] = raw[key];
  }
  return fields;
}

function flatOf(object: JsonObject, line: Line): Fields {
  const flat = flatten(object);
  if ('fields' in flat) return flat.fields;
  line.failure = flat.failure;
  return {};
}

function attributesOf(list: FieldValue | undefined, prefix: string): JsonObject {
  return Object.fromEntries(
    objects(list).map((item) => [prefix + (textOf(item['key']) ?? ''), valueOf(item['value'], 0)] as const),
  );
}

/** An AnyValue as JSON has it; a 64-bit integer is a text there. */
function valueOf(value: unknown, depth: number): FieldValue {
  if (!isObject(value) || depth > MAX_DEPTH) return typeof value === 'string' ? value : null;
  if ('stringValue' in value) return textOf(value['stringValue']) ?? null;
  if ('intValue' in value) return Number(value['intValue']);
  const list = value['kvlistValue'];
  if (isObject(list)) {
    return Object.fromEntries(
      objects(list['values']).map((item) => [textOf(item['key']) ?? '', valueOf(item['value'], depth + 1)] as const),
    );
  }
  const array = value['arrayValue'];
  if (isObject(array))
    return objects(array['values']).map((item): FieldValue => valueOf(item as FieldValue, depth + 1));
  return value['boolValue'] ?? value['doubleValue'] ?? value['bytesValue'] ?? null;
}

function nanos(...values: readonly (FieldValue | undefined)[]): number {
  const found = values
    .map((value) => (typeof value === 'string' || typeof value === 'number' ? Number(value) : 0))
    .find((value) => value > 0);
  return found === undefined ? Number.NaN : Math.floor(found / 1e6);
}

function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly unknown[]).filter(isObject) : [];
}

function textOf(value: FieldValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
