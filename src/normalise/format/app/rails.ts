import type { Fields } from '../../../event/index.js';
import { address, both, eventFields, number, put, readShape, scaled, type Shape, status, text } from '../../capture.js';
import type { Line, TextFormat } from '../../line.js';
import { setUrl } from '../web/url-fields.js';

const DATASET = 'rails.log';
/** Ruby's logger: `I, [2026-11-23T06:39:04.123456 #812]  INFO -- : `. */
const LOGGER =
  /^[DIWEFUA], \[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?) #(\d{1,10})\] {1,2}([A-Z]{3,7}) -- ([^ ]{0,64}): /;
/** Tags that the application puts before its messages: a request's id first. */
const TAGS = /^(?:\[([\w.:-]{1,128})\] )(?:\[[\w.:-]{1,128}\] ){0,7}/;

const SHAPES: readonly Shape[] = [
  {
    // The path is the client's: address and time are what stands last. Its quotes are Rails' own.
    pattern:
      /^Started ([A-Z]{3,16}) "(.{1,8192})" for ([0-9a-fA-F.:]{2,45}) at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4})$/,
    to: [text('http.request.method'), setUrl, address('source')],
    also: { 'event.category': ['web'], 'event.type': ['access'] },
  },
  {
    pattern: /^Processing by ([\w:]{1,128})#(\w{1,128}[?!]?) as (.{1,128})$/,
    to: [text('rails.controller'), both(text('event.action'), text('rails.action')), text('rails.format')],
  },
  {
    pattern: /^Completed (\d{3}) [\w' -]{0,64} ?in (\d{1,9}(?:\.\d{1,3})?)ms(?: |$)/,
    to: [status, scaled('event.duration', 1_000_000)],
  },
];
const STARTED = /^Started [A-Z]{3,16} "\/.* for [0-9a-fA-F.:]{2,45} at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}$/;
const FURTHER = /^(?:Processing by [\w:]{1,128}#\w|Completed \d{3} [\w' -]{0,64} ?in \d{1,9}(?:\.\d{1,3})?ms(?: |$))/;

/**
 * The text log of Ruby on Rails (GitLab's `production.log` of old, Redmine, Mastodon …): `Started POST "/users/sign_in" for
 * 203.0.113.9 at 2026-11-23 06:39:04 +0000`, and the request's controller and end, which name no client and so are no events of
 * a web server's. Behind Ruby's logger and tags too; of Ruby's other lines only those of a source that is Rails' already.
 * Source: Rails, Rack::Logger and ActionController::LogSubscriber; Ruby, Logger::Formatter.
 */
export const rails: TextFormat = {
  reads: 'text',
  name: DATASET,
  aliases: ['rails', 'ruby-on-rails', 'gitlab', 'gitlab.production'],
  dataset: DATASET,
  sniff: (line) => FIRST.test(line.slice(0, 3)) && isRails(behindHeads(line)),
  parse,
};

const FIRST = /^(?:Sta|Pro|Com|[DIWEFUA], |\[[\w.:-])/;

function isRails(message: string): boolean {
  return STARTED.test(message.slice(0, 8400)) || FURTHER.test(message.slice(0, 320));
}

function behindHeads(line: string): string {
  const head = LOGGER.exec(line.slice(0, 160))?.[0].length ?? 0;
  return line.slice(head + (TAGS.exec(line.slice(head, head + 1100))?.[0].length ?? 0));
}

function parse(line: string, at: Line): Fields | undefined {
  const head = LOGGER.exec(line.slice(0, 160));
  const message = behindHeads(line);
  if (head === null && !isRails(message)) return undefined;
  const fields = eventFields(at, DATASET, message, {});
  const start = head?.[0].length ?? 0;
  put(fields, text('http.request.id'), TAGS.exec(line.slice(start, start + 140))?.[1]);
  if (head !== null) {
    at.time = at.clock.iso(head[1] ?? '', 0);
    put(fields, number('process.pid'), head[2]);
    put(fields, text('log.level'), head[3]);
    put(fields, text('log.logger'), head[4]);
  }
  readShape(SHAPES, message, fields);
  const own = message.length < 8400 && message.startsWith('Started ') ? timeOf(message, at) : Number.NaN;
  if (!Number.isNaN(own)) at.time = own;
  return fields;
}

/** `… at 2026-11-23 06:39:04 +0000`. */
function timeOf(message: string, at: Line): number {
  const start = message.length - 25;
  return message.startsWith(' at ', start - 4)
    ? at.clock.iso(message.slice(start).replace(/ (?=[+-])/, ''), 0)
    : Number.NaN;
}
