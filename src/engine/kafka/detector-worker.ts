/**
 * The thread of a member's detector: reads raw topics and writes detections, as the role does in the thread of the others.
 *
 * Waits for its plan, then until it is to begin, so that rules are compiled while the others wait for the topics. Ends
 * the thread once it was told to stop and all is committed; a fault ends it with an error, which ends the member.
 */
import { parentPort } from 'node:worker_threads';
import type { DetectorNews, DetectorOrder } from './detector-messages.js';
import { openEnrichment } from '../enrichment.js';
import { DetectorRole } from './detector.js';
import { openSite } from './site.js';
import { loadRuleSource, type RuleSource } from '../rules.js';

/** How often the member hears of the counts, and how often the operator's lists are looked at, ms. */
const COUNTS_EVERY = 200;
const REFRESH_EVERY = 5_000;

const port = parentPort;
if (port === null) throw new Error('detector-worker.js is a thread of Sekisho, no program of its own');

const stop = new AbortController();
let role: DetectorRole | undefined;

port.on('message', (order: DetectorOrder) => {
  if (order.kind === 'plan') role = open(order);
  else if (order.kind === 'rules') tell({ kind: 'rules', refused: replace(order.rules) });
  else if (order.kind === 'stop') stop.abort();
  else void work(role as DetectorRole);
});
tell({ kind: 'loaded' });

function open({ config, rules }: Extract<DetectorOrder, { kind: 'plan' }>): DetectorRole {
  // The thread of the other roles reads the same files and tells what is wrong with them.
  const enrichment = openEnrichment(config, () => undefined);
  if (enrichment !== undefined) setInterval(() => enrichment.refresh(), REFRESH_EVERY);
  return new DetectorRole({
    ...openSite(config),
    ruleSet: loadRuleSource(rules),
    signal: stop.signal,
    ...(enrichment !== undefined && { enrichment }),
    trouble: (name, message) => tell({ kind: 'trouble', name, message }),
    report: ({ message }) => tell({ kind: 'warning', message }),
  });
}

/** A rejection is nobody's: it ends the thread with its reason. */
async function work(detector: DetectorRole): Promise<void> {
  const telling = setInterval(() => tellCounts(detector), COUNTS_EVERY);
  await detector.run();
  clearInterval(telling);
  tellCounts(detector);
  tell({ kind: 'ended' });
  process.exit();
}

function replace(rules: RuleSource): string | undefined {
  try {
    role?.replaceRules(loadRuleSource(rules));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function tellCounts(detector: DetectorRole): void {
  tell({ kind: 'counts', counts: detector.counts, leftOut: detector.leftOut() });
}

function tell(news: DetectorNews): void {
  port?.postMessage(news);
}
