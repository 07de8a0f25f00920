/**
 * The reading thread of a large scan: records → events → detections, handed to the thread that correlates.
 *
 * Waits for its plan, then sends steps until the sources have ended, never more than `STEPS_AHEAD` before they are
 * taken. A fault ends the thread with an error, which fails the scan.
 */
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { packDetections } from '../../event/index.js';
import { LocalFront, type Step } from './front.js';
import { openEnrichment } from '../enrichment.js';
import { type FrontMessage, type FrontPlan, type FrontStart, STEPS_AHEAD } from './messages.js';
import { settingsFor } from '../inputs.js';
import { joiningFor } from '../joining.js';
import { loadRuleSource } from '../rules.js';
import { openOnce } from '../sources.js';

const port = parentPort;
if (port === null) throw new Error('front-worker.js is a thread of Sekisho, no program of its own');

const { taken } = workerData as FrontStart;
let sent = 0;

const [plan] = (await once(port, 'message')) as [FrontPlan];
const front = openFront(plan);
tell({ kind: 'sources', sources: await front.open() });
for (let step = await front.next(); step !== undefined; step = await front.next()) {
  waitForRoom();
  send(step);
}
tell({ kind: 'done', leftOut: front.leftOut() });
await front.close();
port.close();

function openFront({ rules, config, paths, defaults, since }: FrontPlan): LocalFront {
  const input = openOnce({
    paths,
    settingsFor: settingsFor(config, defaults),
    report: (failure) => tell({ kind: 'failure', failure }),
    maxLineBytes: config['max-line'],
    joiningFor: joiningFor(config),
  });
  // The thread that correlates reads the same files and tells what is wrong with them.
  const enrichment = openEnrichment(config, () => undefined);
  return new LocalFront(loadRuleSource(rules), input, {
    ...(since !== undefined && { since }),
    ...(enrichment !== undefined && { enrichment }),
  });
}

function waitForRoom(): void {
  for (;;) {
    const done = Atomics.load(taken, 0);
    if (sent - done < STEPS_AHEAD) return;
    Atomics.wait(taken, 0, done);
  }
}

function send(step: Step): void {
  sent++;
  if (step.kind === 'end') return tell(step);
  const { source, next, newest } = step;
  const detections = packDetections(step.detections);
  // A clone takes the whole buffer along that bytes are a part of.
  const deadLetters = step.deadLetters.map((letter) => ({ ...letter, bytes: Uint8Array.from(letter.bytes) }));
  const { counts } = front;
  tell({ kind: 'batch', source, next, newest, deadLetters, detections, counts }, [
    detections.texts.buffer,
    detections.numbers.buffer,
  ]);
}

function tell(message: FrontMessage, moved: ArrayBuffer[] = []): void {
  port?.postMessage(message, moved);
}
