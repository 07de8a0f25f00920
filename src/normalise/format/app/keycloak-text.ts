import type { Fields } from '../../../event/index.js';
import { eventFields } from '../../capture.js';
import type { Line, TextFormat } from '../../line.js';
import { latestOf } from '../../time/latest.js';
import { behindHead } from '../behind-head.js';
import { isEvent, meaningOf, pairsOf, setEvent } from './keycloak.js';

const DATASET = 'keycloak.log';
const COLON = 58;
const HEAD =
  /^((?:\d{4}-\d\d-\d\d[ T])?\d\d:\d\d:\d\d[.,]\d{1,9}(?:Z|[+-]\d\d:?\d\d)?) {1,4}([A-Z]{3,7}) {1,4}\[([\w.$-]{1,160})\] \(([^)]{1,128})\) /;

/** A head without a date. All programs of WildFly write it so: only Keycloak's own words tell that it is Keycloak's. */
const DATELESS = /^\d\d:\d\d:\d\d[.,]\d{1,9} {1,4}[A-Z]{3,7} {1,4}\[org\.keycloak\./;

/**
 * Keycloak's log as the server writes it: `2026-11-23 06:39:04,123 WARN  [org.keycloak.events] (executor-thread-1) type="…", …`;
 * the events among it are taken apart as those of its JSON log. WildFly's console tells no date: the day is settled by when the
 * line was received. Sources: Keycloak server guide, "Configuring logging"; WildFly, logging subsystem, pattern formatters.
 */
export const keycloakText: TextFormat = {
  reads: 'text',
  name: DATASET,
  aliases: ['keycloak'],
  dataset: DATASET,
  sniff: (text) => (text.charCodeAt(2) === COLON ? DATELESS.test(text.slice(0, 64)) : HEAD.test(text.slice(0, 400))),
  parse: behindHead(parse),
};

function parse(text: string, line: Line): Fields | undefined {
  const head = HEAD.exec(text.slice(0, 400));
  if (head === null) return undefined;
  const [whole, time = '', level, logger, thread] = head;
  const message = text.slice(whole.length);
  const written = time.replace(',', '.');
  line.time = written.charCodeAt(2) === COLON ? latestOf(written, line) : line.clock.iso(written, 0);
  const event = logger === 'org.keycloak.events' && isEvent(message) ? pairsOf(message.slice(0, 16_384)) : {};
  const { category, type, action, outcome } = meaningOf(event);
  const fields = eventFields(line, DATASET, message, { category, type, action, outcome });
  fields['log.level'] = level;
  fields['log.logger'] = logger;
  fields['process.thread.name'] = thread;
  setEvent(fields, event);
  return fields;
}
