import type { Fields } from '../../../../event/index.js';
import type { Line, TextFormat } from '../../../line.js';
import { systemEvent } from './event.js';
import { windows, windowsFields } from './windows.js';

/**
 * A Windows event as the event log renders it in XML: `<Event><System>…</System><EventData><Data Name="…">…`, with or without
 * `RenderingInfo`. Read by one scan over the tags, for which nesting beyond 8 and more than 2,000 elements are cut;
 * entities but the five of XML and numbers stay as they are, and no document type is read. Source: Microsoft, "Event Schema".
 */
export const windowsXml: TextFormat = {
  reads: 'text',
  name: 'winlog-xml',
  aliases: ['windows-xml', 'wineventlog-xml', ...windows.aliases, windows.name],
  dataset: 'system.security',
  sniff: (text) => START.test(text.slice(0, 256)),
  parse,
};

const START = /^\s{0,16}(?:<\?xml[^>]{0,128}\?>\s{0,16})?<Event[ >]/;
const MAX_TAGS = 4000;
const MAX_DEPTH = 8;

function parse(text: string, line: Line): Fields | undefined {
  if (!windowsXml.sniff(text)) return undefined;
  const reader = new EventReader();
  scan(text, reader);
  const event = systemEvent(reader.system, reader.data);
  return event === undefined ? undefined : windowsFields(event, line);
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

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescape(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(lt|gt|amp|quot|apos));/gi, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return ENTITIES[name.toLowerCase()] ?? whole;
    const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : String(whole);
  });
}
