import type { Fields, FieldValue } from '../../../event/index.js';
import { fill } from '../../fields.js';
import { type Layout, LAYOUTS } from '../../json/layout.js';
import type { JsonObject } from '../../line.js';
import { isPlainName } from '../../shape.js';
import { wholeNumber } from '../../text/scan.js';

/** Journal field to ECS field: texts, and numbers. */
const TEXTS: Readonly<Record<string, string>> = {
  MESSAGE_ID: 'message_id',
  SYSLOG_PID: 'log.syslog.procid',
  UNIT: 'journald.unit',
  CODE_FILE: 'log.origin.file.name',
  CODE_FUNC: 'log.origin.function',
  _COMM: 'journald.process.name',
  _SYSTEMD_INVOCATION_ID: 'systemd.invocation_id',
  _SYSTEMD_OWNER_UID: 'systemd.owner_uid',
  _SYSTEMD_SESSION: 'systemd.session',
  _SYSTEMD_USER_SLICE: 'systemd.user_slice',
  _SELINUX_CONTEXT: 'journald.selinux.context',
  SYSLOG_IDENTIFIER: 'log.syslog.appname',
  _EXE: 'process.executable',
  _SYSTEMD_UNIT: 'systemd.unit',
  _SYSTEMD_SLICE: 'systemd.slice',
  _SYSTEMD_CGROUP: 'systemd.cgroup',
  _SYSTEMD_USER_UNIT: 'systemd.user_unit',
  _TRANSPORT: 'systemd.transport',
  _BOOT_ID: 'host.boot.id',
  _MACHINE_ID: 'host.id',
  _AUDIT_SESSION: 'journald.audit.session',
  COREDUMP_UNIT: 'journald.coredump.unit',
  COREDUMP_USER_UNIT: 'journald.coredump.user_unit',
  OBJECT_CMDLINE: 'journald.object.process.command_line',
  OBJECT_COMM: 'journald.object.process.name',
  OBJECT_EXE: 'journald.object.process.executable',
  OBJECT_SYSTEMD_UNIT: 'journald.object.systemd.unit',
  OBJECT_SYSTEMD_USER_UNIT: 'journald.object.systemd.user_unit',
  OBJECT_SYSTEMD_SESSION: 'journald.object.systemd.session',
  _KERNEL_DEVICE: 'journald.kernel.device',
  _KERNEL_SUBSYSTEM: 'journald.kernel.subsystem',
  _UDEV_DEVLINK: 'journald.kernel.device_symlinks',
  _UDEV_DEVNODE: 'journald.kernel.device_node_path',
  _UDEV_SYSNAME: 'journald.kernel.device_name',
  CONTAINER_ID_FULL: 'container.id',
  CONTAINER_NAME: 'container.name',
  CONTAINER_TAG: 'container.log.tag',
  IMAGE_NAME: 'container.image.name',
};
const NUMBERS: Readonly<Record<string, string>> = {
  CODE_LINE: 'log.origin.file.line',
  _AUDIT_LOGINUID: 'journald.audit.login_uid',
  OBJECT_PID: 'journald.object.pid',
  OBJECT_UID: 'journald.object.uid',
  OBJECT_GID: 'journald.object.gid',
  OBJECT_AUDIT_LOGINUID: 'journald.object.audit.login_uid',
  OBJECT_AUDIT_SESSION: 'journald.object.audit.session',
  OBJECT_SYSTEMD_OWNER_UID: 'journald.object.systemd.owner_uid',
  PRIORITY: 'log.syslog.priority',
  SYSLOG_FACILITY: 'log.syslog.facility.code',
};
/** Fields of the journal that say who logged and when, in the order of their values below. */
const NAMED = [
  '__REALTIME_TIMESTAMP',
  '_SOURCE_REALTIME_TIMESTAMP',
  '_HOSTNAME',
  'SYSLOG_IDENTIFIER',
  '_COMM',
  '_PID',
  'SYSLOG_PID',
  '_UID',
  '_GID',
  '_CMDLINE',
  '_CAP_EFFECTIVE',
  '_AUDIT_LOGINUID',
] as const;
/** Where the value of each stands. */
export const AT = Object.fromEntries(NAMED.map((name, index) => [name, index])) as Readonly<
  Record<(typeof NAMED)[number], number>
>;
/** Keys that are looked at for fields of the program's own. */
const MOST_OWN = 256;

/** What is told elsewhere, or of the journal itself. */
const TOLD = new Set(
  (
    'MESSAGE SYSLOG_TIMESTAMP SYSLOG_RAW _HOSTNAME _PID __REALTIME_TIMESTAMP __MONOTONIC_TIMESTAMP __CURSOR __SEQNUM ' +
    '__SEQNUM_ID _SOURCE_REALTIME_TIMESTAMP _SOURCE_MONOTONIC_TIMESTAMP _UID _GID _CMDLINE _CAP_EFFECTIVE'
  ).split(' '),
);

/** How entries with the same keys are read. */
export interface Plan {
  /** Where among the values each of `NAMED` stands, or -1. */
  readonly places: Int32Array;
  readonly setHead: SetHead;
}

/** Sets what the values of an entry say besides the message; what is set stays. */
type SetHead = (fields: Fields, values: readonly (FieldValue | undefined)[]) => void;

/** How the entries are read that are laid out like this one; undefined for one of an unusual layout. */
export function planOf(json: JsonObject): Plan | undefined {
  const layout = LAYOUTS.of(json);
  if (layout === undefined) return undefined;
  const known = layout.plans.get(planOf) as { readonly plan: Plan | undefined } | undefined;
  return known === undefined ? makePlan(layout) : known.plan;
}

function makePlan(layout: Layout): Plan | undefined {
  const { paths } = layout;
  const setHead = compileHead(paths);
  const places = Int32Array.from(NAMED, (name) => paths.indexOf(name));
  const plan = setHead === undefined ? undefined : { places, setHead };
  layout.plans.set(planOf, { plan });
  return plan;
}

/** Compiles the setting of the fields that keys stand for; undefined where two stand for one, or nothing may be compiled. */
function compileHead(paths: readonly string[]): SetHead | undefined {
  const rows = paths.flatMap((path, index) => {
    const field = fieldOf(path);
    return field === undefined ? [] : [{ field, index, isNumber: Object.hasOwn(NUMBERS, path) }];
  });
  const isFit = new Set(rows.map(({ field }) => field)).size === rows.length;
  if (!isFit || !rows.every(({ field }) => isPlainName(field))) return undefined;
  const body = rows.map(({ field, index, isNumber }) => {
    const read = `v=s[${index}];${isNumber ? 'v=n(v)' : 'if(typeof v!=="string")v=x(v)'}`;
    return `${read};if(v!==void 0&&f["${field}"]===void 0)f["${field}"]=v;`;
  });
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- statements over names checked above; nothing else makes any
    const compile = new Function('x', 'n', `return(f,s)=>{let v;${body.join('')}}`) as (
      text: typeof textOf,
      number: typeof numberOf,
    ) => SetHead;
    return compile(textOf, numberOf);
  } catch {
    return undefined;
  }
}

/** Fills `told` with what an entry says of `NAMED`, in that order. Costs a look at each, for entries with usual keys. */
export function readNamed(json: JsonObject, plan: Plan | undefined, told: (string | undefined)[]): void {
  const places = plan?.places;
  for (let at = 0; at < NAMED.length; at++) {
    const place = places === undefined ? 0 : (places[at] as number);
    const value = places === undefined ? json[NAMED[at] as string] : place < 0 ? undefined : LAYOUTS.values[place];
    told[at] = typeof value === 'string' ? value : textOf(value);
  }
}

/** Sets what an entry tells besides its message and `NAMED`, by ECS's names; what is set stays. Entries with the same keys are read by one plan. */
export function setHead(fields: Fields, json: JsonObject, plan: Plan | undefined): void {
  if (plan === undefined) fill(fields, headSlowly(json));
  else plan.setHead(fields, LAYOUTS.values);
}

/** The same, of any entry. */
function headSlowly(json: JsonObject): Fields {
  const fields: Fields = {};
  for (const [index, name] of Object.keys(json).entries()) {
    const isNamed = Object.hasOwn(TEXTS, name) || Object.hasOwn(NUMBERS, name);
    const field = isNamed || index < MOST_OWN ? fieldOf(name) : undefined;
    const value = field === undefined ? undefined : textOf(json[name]);
    if (field !== undefined && value !== undefined) fields[field] = name in NUMBERS ? wholeNumber(value) : value;
  }
  return fields;
}

/** The field of a journal's: that of ECS; one of the program's own, or of a kind not named above, is kept as Filebeat's journal input keeps it. */
function fieldOf(name: string): string | undefined {
  if (Object.hasOwn(TEXTS, name)) return TEXTS[name];
  if (Object.hasOwn(NUMBERS, name)) return NUMBERS[name];
  if (TOLD.has(name) || !/^_{0,2}[A-Z][A-Z0-9_]{0,63}$/.test(name)) return undefined;
  return `journald.custom.${name.replace(/^_+/, '').toLowerCase()}`;
}

/** A field's text; of one that occurs several times (an array of texts) the first. */
function textOf(value: FieldValue | undefined): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' || typeof first === 'number' ? String(first) : undefined;
}

function numberOf(value: FieldValue | undefined): number | undefined {
  return wholeNumber(textOf(value));
}
