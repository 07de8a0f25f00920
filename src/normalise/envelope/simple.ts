import type { FieldValue, Fields } from '../../event/index.js';
import { hintOfPath } from '../format/paths.js';
import { flatten } from '../json/json.js';
import type { Envelope, JsonObject, Line, Payload, SyslogParts } from '../line.js';
import { type Convert, type From, number, stringOf, text, timeIn } from '../raw.js';
import { table } from '../lookup.js';

/** An envelope as data: what its keys are called. All names are those of the flattened document. */
export interface EnvelopeSpec {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly keys: readonly string[];
  readonly sniff: (json: JsonObject) => boolean;
  /** Where the raw log stands. */
  readonly text: From;
  readonly time: readonly string[];
  readonly host: From;
  /** What names the format: data sets, programs, containers. */
  readonly hints: readonly string[];
  /** Own names that are ECS fields by another name; `''` drops one (told otherwise, or of the transport alone). */
  readonly names: Readonly<Record<string, string>>;
  /** Put before the names of all else, so that nothing is thrown away. */
  readonly rest: string;
  /** Where the shipper has already taken a syslog line apart: its program and process. */
  readonly program?: From;
  readonly pid?: From;
}

/** An envelope read by its names: one log, trailing line ends taken off. Linear; fails as `flatten` does. */
export function simpleEnvelope(spec: EnvelopeSpec): Envelope {
  return {
    name: spec.name,
    aliases: spec.aliases,
    keys: spec.keys,
    sniff: spec.sniff,
    unwrap: (json, line) => unwrap(spec, json, line),
  };
}

function unwrap(spec: EnvelopeSpec, json: JsonObject, line: Line): readonly Payload[] {
  const flat = flatten(json);
  if ('failure' in flat) {
    line.failure = flat.failure;
    return [];
  }
  const raw = flat.fields;
  const fields = keptFields(spec, raw);
  return [
    {
      text: (stringOf(raw, spec.text) ?? '').replace(/[\r\n]{1,2}$/, ''),
      hints: hintsOf(spec, raw, fields),
      time: timeIn(raw, spec.time, line),
      host: stringOf(raw, spec.host),
      fields,
      head: partsOf(spec, raw),
    },
  ];
}

function keptFields(spec: EnvelopeSpec, raw: Fields): Fields {
  const fields: Fields = {};
  for (const key of Object.keys(raw)) {
    const value = raw[key];
    const name = Object.hasOwn(spec.names, key) ? spec.names[key] : COMMON[key];
    if (value === null || name === '' || isText(spec, key)) continue;
    set(fields, name ?? renamed(key) ?? spec.rest + key, value);
  }
  return fields;
}

function set(fields: Fields, name: string, value: FieldValue | undefined): void {
  const convert = TYPES[name];
  const read = value === undefined || value === null || convert === undefined ? value : convert(value);
  if (read !== undefined && read !== null) fields[name] ??= read;
}

function isText(spec: EnvelopeSpec, key: string): boolean {
  return typeof spec.text === 'string' ? spec.text === key : spec.text.includes(key);
}

/** Numbers of a syslog head that shippers write as texts. */
const TYPES = table<Convert>({
  'log.syslog.priority': number,
  'log.syslog.facility.code': number,
  'log.syslog.severity.code': number,
  'log.offset': number,
  'process.pid': number,
  'log.file.path': text,
});

/** What every shipper calls the same. Sources: Fluent Bit's Kubernetes filter, fluentd's kubernetes_metadata, Vector. */
const COMMON = table<string>({
  'kubernetes.pod_name': 'kubernetes.pod.name',
  'kubernetes.pod_id': 'kubernetes.pod.uid',
  'kubernetes.pod_ip': 'kubernetes.pod.ip',
  'kubernetes.namespace_name': 'kubernetes.namespace',
  'kubernetes.pod_namespace': 'kubernetes.namespace',
  'kubernetes.container_name': 'kubernetes.container.name',
  'kubernetes.container_image': 'container.image.name',
  'kubernetes.container_id': 'container.id',
  'kubernetes.docker_id': 'container.id',
  'kubernetes.host': 'kubernetes.node.name',
  'kubernetes.pod_node_name': 'kubernetes.node.name',
  'docker.container_id': 'container.id',
});

/** Whole families of names. */
function renamed(key: string): string | undefined {
  if (key.startsWith('kubernetes.pod_labels.')) return `kubernetes.labels.${key.slice(22)}`;
  return OPEN.test(key) ? key : undefined;
}

/** Families of ECS that an envelope may bring along by their own names. */
const OPEN =
  /^(?:kubernetes|container|cloud|agent|host|orchestrator|log|tags$|labels|data_stream|fields|event|service|input|ecs)(?:\.|$)/;

function hintsOf(spec: EnvelopeSpec, raw: Fields, fields: Fields): readonly string[] {
  const path = fields['log.file.path'];
  const image = fields['container.image.name'];
  const named = [
    ...spec.hints.map((hint) => stringOf(raw, hint)),
    typeof path === 'string' ? hintOfPath(path) : undefined,
    stringOf(fields, 'kubernetes.container.name'),
    typeof image === 'string' ? imageName(image) : undefined,
  ];
  return named.filter((name) => name !== undefined);
}

/** `docker.io/library/nginx:1.27` is `nginx`. */
function imageName(image: string): string | undefined {
  return image.slice(image.lastIndexOf('/') + 1).split(/[:@]/, 1)[0];
}

function partsOf(spec: EnvelopeSpec, raw: Fields): SyslogParts | undefined {
  const program = spec.program === undefined ? undefined : stringOf(raw, spec.program);
  if (program === undefined) return undefined;
  const pid = number(spec.pid === undefined ? null : (stringOf(raw, spec.pid) ?? null));
  return { program: TAG.exec(program)?.[1] ?? program, pid: typeof pid === 'number' ? pid : pidIn(spec.program, raw) };
}

const TAG = /^([^[\]: ]{1,96})(?:\[(\d{1,9})\])?:?$/;

/** The process that any of the names' tags (`sshd[812]:`) tells. */
function pidIn(from: From | undefined, raw: Fields): number | undefined {
  for (const name of typeof from === 'string' ? [from] : (from ?? [])) {
    const pid = TAG.exec(stringOf(raw, name) ?? '')?.[2];
    if (pid !== undefined) return Number(pid);
  }
  return undefined;
}
