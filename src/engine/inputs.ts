import { hostname } from 'node:os';
import { resolve, sep } from 'node:path';
import type { InputSettings } from '../event/index.js';
import { peerSettings, syslogId } from '../input/syslog/peer.js';
import type { Config } from './config/config.js';

/** What the command line says about every input, before the configuration is asked. */
export interface InputDefaults {
  readonly type?: string;
  readonly timezone?: string;
}

/** The consumer group of inputs that name none. */
export const DEFAULT_GROUP = 'sekisho';

/** The zone of this machine, as an IANA name. */
export function localZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/**
 * What the operator says about one path: the configuration's input whose path is the longest match (itself, a folder
 * above it, or a glob), then the command line's defaults, then this machine's zone and name.
 */
export function settingsFor(config: Config, defaults: InputDefaults): (path: string) => InputSettings {
  const inputFor = inputOf(config);
  return (path) => {
    const input = inputFor(path);
    return {
      timezone: defaults.timezone ?? input?.timezone ?? config.timezone ?? localZone(),
      host: input?.host ?? hostname(),
      ...described(config),
      ...optional(input, defaults),
    };
  };
}

/** The configuration's input for a path: the one whose path is the longest match. */
export function inputOf(config: Config): (path: string) => ConfigInput | undefined {
  const entries = config.inputs.flatMap((input) =>
    input.path.map((pattern) => ({ input, test: matcher(pattern), pattern })),
  );
  entries.sort((a, b) => b.pattern.length - a.pattern.length);
  return (path) => entries.find((entry) => entry.test(path === '-' ? path : resolve(path)))?.input;
}

/** What the operator says about one topic: the first input that names it, else the first whose pattern fits. */
export function topicSettingsFor(config: Config): (topic: string) => InputSettings {
  const fits = (pattern: string | undefined, topic: string): boolean =>
    pattern !== undefined && new RegExp(`^(?:${pattern})$`, 'u').test(topic);
  return (topic) => {
    const input =
      config.inputs.find(({ topics }) => topics?.includes(topic)) ??
      config.inputs.find((one) => fits(one['topic-pattern'], topic));
    return {
      timezone: input?.timezone ?? config.timezone ?? localZone(),
      host: input?.host ?? hostname(),
      ...described(config),
      ...optional(input, {}),
    };
  };
}

/** Whether an input is topics of Kafka. */
export function readsTopics(one: { readonly topics?: unknown; readonly 'topic-pattern'?: unknown }): boolean {
  return one.topics !== undefined || one['topic-pattern'] !== undefined;
}

/** What the operator says about a source by its identity and label: for records read long ago. */
export function settingsOfSource(config: Config, source: string, label: string): InputSettings {
  const topic = /^kafka:(.+):\d+$/u.exec(source)?.[1];
  if (topic !== undefined) return topicSettingsFor(config)(topic);
  for (const input of config.inputs) {
    const id = input.syslog === undefined ? undefined : `${syslogId(input.syslog)}:`;
    if (id !== undefined && source.startsWith(id)) {
      return peerSettings(listenerSettings(config, input), source.slice(id.length));
    }
  }
  return settingsFor(config, {})(source === 'stdin' ? '-' : label);
}

/** What the operator says about one port; `host` only where it is said: else it is the peer's. */
export function listenerSettings(config: Config, input: ConfigInput): InputSettings {
  return {
    timezone: input.timezone ?? config.timezone ?? localZone(),
    ...(input.host !== undefined && { host: input.host }),
    ...described(config),
    ...optional(input, {}),
  };
}

/** The described formats: for all inputs, since any may carry them. */
function described({ described: formats }: Config): Pick<InputSettings, 'formats'> {
  return formats.length === 0 ? {} : { formats };
}

type ConfigInput = Config['inputs'][number];

/** What is only there where somebody said it. */
function optional(input: ConfigInput | undefined, defaults: InputDefaults): Omit<InputSettings, 'timezone' | 'host'> {
  const type = defaults.type ?? input?.type;
  return {
    ...(type !== undefined && { type }),
    ...(input?.pattern !== undefined && { pattern: input.pattern }),
    ...(input?.logsource !== undefined && { logsource: definedOnly(input.logsource) }),
    ...(input?.fields !== undefined && { fields: input.fields }),
    ...(input?.mapping !== undefined && { mapping: input.mapping }),
  };
}

function definedOnly(logsource: {
  [K in 'product' | 'category' | 'service']?: string | undefined;
}): InputSettings['logsource'] & object {
  return Object.fromEntries(Object.entries(logsource).filter(([, value]) => value !== undefined));
}

/** A glob (`*` within a name, `**` across folders, `?`), or a file or folder itself. */
function matcher(pattern: string): (path: string) => boolean {
  if (!/[*?]/u.test(pattern)) return (path) => path === pattern || path.startsWith(pattern + sep);
  const source = pattern.replace(/\*\*\/?|[*?]|[\\^$.|+()[\]{}]/gu, (token) => GLOB[token] ?? `\\${token}`);
  const expression = new RegExp(`^${source}$`, 'u');
  return (path) => expression.test(path);
}

const GLOB: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };
