import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../config/default.js';
import { type DetectorHooks, DetectorThread, wantsDetectorThread } from './detector-thread.js';
import { ROLES } from './roles.js';
import { loadRuleSource, readRuleSource } from '../rules.js';

const SOURCE = readRuleSource([]);
const RULES = loadRuleSource(SOURCE);

/** A thread with this program, in which `p` is the port to its member. */
function threadOf(program: string): DetectorThread {
  const text = `import { parentPort as p } from 'node:worker_threads'; p.postMessage({ kind: 'loaded' }); ${program}`;
  return new DetectorThread(new URL(`data:text/javascript,${encodeURIComponent(text)}`));
}

function hooksOf(signal: AbortSignal, told: string[] = []): DetectorHooks {
  return {
    signal,
    trouble: (name, message) => told.push(`${name}: ${message ?? 'over'}`),
    report: ({ message }) => told.push(message),
  };
}

const { signal: never } = new AbortController();

describe('a detector in a thread of its own', () => {
  it('passes on what it tells, and ends when it has ended', async () => {
    const counts = { records: 7, events: 7, matched: 2, detections: 2, unparsed: 0, failures: [] };
    const left = [{ rule: 'r', field: 'user.name', count: 3 }];
    const thread = threadOf(`p.on('message', ({ kind }) => {
      if (kind === 'begin') p.postMessage({ kind: 'trouble', name: 'Kafka', message: 'away' });
      if (kind === 'begin') p.postMessage({ kind: 'trouble', name: 'Kafka' });
      if (kind === 'begin') p.postMessage({ kind: 'warning', message: 'a dead letter' });
      if (kind !== 'stop') return;
      p.postMessage({ kind: 'counts', counts: ${JSON.stringify(counts)}, leftOut: ${JSON.stringify(left)} });
      p.postMessage({ kind: 'ended' });
      process.exit();
    })`);
    const stop = new AbortController();
    const told: string[] = [];
    thread.start(defaultConfig('.'), SOURCE);
    await thread.loaded();
    const running = thread.run(hooksOf(stop.signal, told));
    await expect.poll(() => told).toEqual(['Kafka: away', 'Kafka: over', 'a dead letter']);
    stop.abort();
    await running;
    expect(thread.counts).toEqual(counts);
    expect(thread.leftOut()).toEqual(left);
  });

  it('hears of a stop that came before it began', async () => {
    const thread = threadOf(`let stopped = false; p.on('message', ({ kind }) => {
      stopped ||= kind === 'stop';
      if (kind === 'begin' && stopped) { p.postMessage({ kind: 'ended' }); process.exit(); }
    })`);
    await thread.run(hooksOf(AbortSignal.abort()));
  });

  it('says so where its program can not be had', async () => {
    const thread = new DetectorThread(new URL('file:///no/such/program.js'));
    await expect(thread.loaded()).rejects.toThrow(/program\.js/u);
  });

  it('rejects with the reason of the thread, code and all', async () => {
    const thread = threadOf(
      "p.once('message', () => { throw Object.assign(new Error('no more'), { code: 'engine.full' }); })",
    );
    await thread.loaded();
    await expect(thread.run(hooksOf(never))).rejects.toMatchObject({ message: 'no more', code: 'engine.full' });
  });

  it.each([
    ['process.exit(7)', 7],
    ['p.close()', 0],
  ])('rejects where the thread just stops: %s', async (how, code) => {
    const thread = threadOf(`p.once('message', () => ${how})`);
    await expect(thread.run(hooksOf(never))).rejects.toMatchObject({
      message: `the detector's thread stopped with code ${code}`,
      code: 'engine.thread',
    });
  });

  it('puts other rules into force, or says why not', async () => {
    const thread = threadOf(`let refused; p.on('message', () => {
      p.postMessage({ kind: 'rules', refused });
      refused = 'too many';
    })`);
    await thread.replaceRules(RULES, SOURCE);
    await expect(thread.replaceRules(RULES, SOURCE)).rejects.toThrow('too many');
  });

  it('does not wait for an answer about rules from a thread that is gone, or goes', async () => {
    const thread = threadOf("p.once('message', () => process.exit(3))");
    await expect(thread.replaceRules(RULES, SOURCE)).rejects.toThrow('stopped with code 3');
    await expect(thread.replaceRules(RULES, SOURCE)).rejects.toThrow('stopped with code 3');
  });
});

describe('whether the detector gets a thread', () => {
  const site = { partitions: 1, replication: 1, prefix: '', group: 'g' };
  const retention = { detections: 1, alerts: 1, 'dead-letter': 1, events: 1 };
  const kafkaOf = (threads: number) => ({ kafka: { brokers: ['b:1'], site: { ...site, retention, threads } } });

  it.each([
    [ROLES, 2, true],
    [ROLES, 1, false],
    [['detector', 'indexer'] as const, 2, true],
    [['correlator', 'indexer'] as const, 2, false],
    [['detector'] as const, 2, false],
    [['detector', 'detector'] as const, 2, false],
  ])('%j of %i threads: %s', (roles, threads, expected) => {
    expect(wantsDetectorThread(kafkaOf(threads), roles)).toBe(expected);
  });
});
