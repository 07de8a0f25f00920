import type { Fields } from '../../../../event/index.js';
import { eventFields } from '../../../capture.js';
import type { Line, TextFormat } from '../../../line.js';
import { systemEvent } from './event.js';
import { windows, windowsFields } from './windows.js';
import { table } from '../../../lookup.js';

/**
 * A Windows event as the event log renders it in XML: `<Event><System>…</System><EventData><Data Name="…">…`, with or without
 * `RenderingInfo`, perhaps with the root before and behind it; the root's end on a line of its own is an event with that as its
 * message, as header lines are. Read by one scan over the tags, for which nesting beyond 8 and more than 2,000 elements are cut;
 * entities but the five of XML and numbers stay as they are, and no document type is read. Source: Microsoft, "Event Schema".
 */
export const windowsXml: TextFormat = {
  reads: 'text',
  name: 'winlog-xml',
  aliases: ['windows-xml', 'wineventlog-xml', ...windows.aliases, windows.name],
  dataset: 'system.security',
  sniff: (text) => START.test(text.slice(0, 512)) || ROOT_END.test(text),
  parse,
};

const ROOT_END = /^\s{0,64}<\/Events>\s{0,64}$/;

const START = /^\s{0,64}(?:<\?xml[^>]{0,128}\?>\s{0,64})?(?:<Events(?: [^>]{0,128})?>\s{0,64})?<Event[ >]/;
const MAX_TAGS = 4000;
const MAX_DEPTH = 8;

function parse(text: string, line: Line): Fields | undefined {
  if (!windowsXml.sniff(text)) return undefined;
  if (ROOT_END.test(text)) {
    line.isHeader = true;
    return eventFields(line, windowsXml.dataset, text, {});
  }
  const reader = new EventReader();
  scan(text.slice(text.search(BEGIN)), reader);
  const event = systemEvent(reader.system, reader.data);
  return event === undefined ? undefined : windowsFields(event, line);
}

const BEGIN = /<Event[ >]/;
const END = '</Event>';

/**
 * The events of a text that holds several, as Event Viewer saves them: side by side, perhaps below a root, each as it stands;
 * undefined where anything else stands between them, or there is one at most. What is told inside an event has its `<` escaped.
 * Linear.
 */
export function xmlEventsIn(text: string): readonly string[] | undefined {
  // A priority begins with a digit.
  if (text.charCodeAt(1) <= 57 || !START.test(text.slice(0, 512)) || text.indexOf(END) === text.lastIndexOf(END))
    return undefined;
  const parts = text.split(END);
  const events = parts
    .slice(0, -1)
    .map((part, index) => (index === 0 ? part.slice(part.search(BEGIN)) : part.trimStart()) + END);
  const isAll =
    /^\s*(?:<\/Events>\s*)?$/.test(parts.at(-1) ?? '') && events.every((event) => /^<Event[ >]/.test(event));
  return isAll ? events : undefined;
}

/** Puts elements where they belong: the system's parts, the event's data, the words of its rendering. */
class EventReader {
  readonly system: Fields = {};
  readonly data: Fields = {};
  #unnamed = 0;

  element(path: readonly string[], attributes: ReadonlyMap<string, string>, text: string): void {
    const [, part, name] = path;
    const own = path.at(-1) ?? '';
    if (part === 'System' && name !== undefined && path.length === 3) this.#system(name, attributes, text);
    else if (part === 'EventData' && path.length === 3) this.#data(attributes.get('Name') ?? this.#nameOf(own), text);
    else if (part === 'UserData' && path.length > 3) this.#data(own, text);
    else if (part === 'RenderingInfo') this.#rendering(own, text);
  }

  /** Data without a name is told by its number, as Winlogbeat does it. */
  #nameOf(own: string): string {
    return own === 'Data' ? `param${++this.#unnamed}` : own;
  }

  #system(name: string, attributes: ReadonlyMap<string, string>, text: string): void {
    for (const [attribute, value] of attributes) this.system[`${name}.${attribute}`] ??= value;
    if (name === 'Provider') this.system['Provider'] ??= attributes.get('Name');
    else if (name === 'TimeCreated') this.system['TimeCreated'] ??= attributes.get('SystemTime');
    else if (text !== '') this.system[name] ??= text;
  }

  #data(name: string, text: string): void {
    if (text !== '' && !UNSAFE.has(name)) this.data[name] ??= text;
  }

  #rendering(name: string, text: string): void {
    if (text === '') return;
    if (name === 'Message') this.system['Message'] = text;
    else if (name === 'Level') this.system['LevelDisplayName'] = text;
    else if (name === 'Keyword') this.system['EventType'] ??= text;
    else if (name === 'Task' || name === 'Opcode') this.system[name] = text;
  }
}

const UNSAFE = new Set(['__proto__', 'constructor', 'prototype']);
const ATTRIBUTE = /([\w:.-]{1,64})\s{0,8}=\s{0,8}(?:"([^"]*)"|'([^']*)')/g;

/** Tells the reader every element as it closes. Each character is looked at a bounded number of times. */
function scan(text: string, reader: EventReader): void {
  const path: string[] = [];
  const open: ReadonlyMap<string, string>[] = [];
  let textAt = 0;
  let at = text.indexOf('<');
  for (let tags = 0; at >= 0 && tags < MAX_TAGS; tags++) {
    const end = text.indexOf('>', at);
    if (end < 0) return;
    const tag = text.slice(at + 1, end);
    if (tag.startsWith('/')) {
      const attributes = open.pop();
      if (attributes !== undefined) reader.element(path, attributes, unescape(text.slice(textAt, at)));
      path.pop();
    } else if (/^[A-Za-z]/.test(tag)) {
      const isEmpty = tag.endsWith('/');
      path.push(/^[\w:.-]{1,128}/.exec(tag)?.[0] ?? '');
      const attributes = attributesOf(tag);
      if (isEmpty) {
        reader.element(path, attributes, '');
        path.pop();
      } else if (open.push(attributes) > MAX_DEPTH) return;
    }
    textAt = end + 1;
    at = text.indexOf('<', textAt);
  }
}

function attributesOf(tag: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', double, single] of tag.slice(0, 2048).matchAll(ATTRIBUTE)) {
    if (!UNSAFE.has(name)) found.set(name, unescape(double ?? single ?? ''));
  }
  return found;
}

const ENTITIES = table<string>({ lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" });

function unescape(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(lt|gt|amp|quot|apos));/gi, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return ENTITIES[name.toLowerCase()] ?? whole;
    const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : String(whole);
  });
}
