import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventFromJson } from '../normalise/json-event.js';
import { Pipeline } from './pipeline.js';
import { Reloader } from './reload.js';
import { loadRuleFolders, type RuleSet } from './rules.js';

const PLAIN = 'title: Seen\nid: a\nlevel: low\nlogsource: {category: test}\ndetection: {s: {k: a}, condition: s}\n';
const count = (bound: number): string =>
  `title: Many\nid: many\nlevel: high\ncorrelation: {type: event_count, rules: [a], group-by: [host], timespan: 1m, condition: {gte: ${bound}}}\n`;

let folder = '';
let said: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sekisho-reload-'));
  said = [];
  write('a.yml', PLAIN);
  write('many.yml', count(3));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const load = (): Promise<RuleSet> => loadRuleFolders([folder], { mapping: false });
const log = { info: (text: string) => said.push(text), warn: (text: string) => said.push(text) };

async function start(): Promise<{ pipeline: Pipeline; reloader: Reloader }> {
  const pipeline = new Pipeline(await load(), { keepState: true });
  return { pipeline, reloader: new Reloader({ paths: [folder], load, pipeline, every: 1000, log }) };
}

function see(pipeline: Pipeline, ...seconds: readonly number[]): void {
  pipeline.processEvents(seconds.map((s) => eventFromJson({ k: 'a', host: 'h', timestamp: 1_767_225_600 + s }, s)));
}

/** `state×count` of the alerts of the next collect. */
function told(pipeline: Pipeline): readonly string[] {
  return pipeline.collect(0).alerts.map(({ document }) => {
    const { alert } = document['sekisho'] as { alert: { state: string; count: number } };
    return `${alert.state}×${alert.count}`;
  });
}

describe('Reloader', () => {
  test('an unchanged rule keeps its window while others come', async () => {
    const { pipeline, reloader } = await start();
    see(pipeline, 0, 1);
    expect(told(pipeline)).toEqual([]);
    write('b.yml', PLAIN.replace('id: a', 'id: b').replace('k: a', 'k: b'));
    expect(await reloader.poll(1000)).toBe(true);
    expect(pipeline.ruleSet.rules).toHaveLength(2);
    see(pipeline, 2);
    expect(told(pipeline)).toEqual(['active×3']);
  });

  test('an open episode goes on as the same alert', async () => {
    const { pipeline, reloader } = await start();
    see(pipeline, 0, 1, 2);
    const [before] = pipeline.collect(0).alerts;
    write('a.yml', PLAIN.replace('title: Seen', 'title: Seen again'));
    expect(await reloader.poll(1000)).toBe(true);
    see(pipeline, 3);
    const [after] = pipeline.collect(0).alerts;
    expect([after?.id, after?.revision]).toEqual([before?.id, 2]);
  });

  test('the episode of a changed rule ends as rule-changed', async () => {
    const { pipeline, reloader } = await start();
    see(pipeline, 0, 1, 2);
    told(pipeline);
    write('many.yml', count(5));
    expect(await reloader.poll(1000)).toBe(true);
    expect(told(pipeline)).toEqual(['rule-changed×3']);
    see(pipeline, 3, 4);
    expect(told(pipeline)).toEqual([]);
  });

  test('a broken rule keeps the old ones, and says so once', async () => {
    const { pipeline, reloader } = await start();
    write('a.yml', PLAIN.replace('condition: s', 'condition: t'));
    expect(await reloader.poll(1000)).toBe(false);
    expect(await reloader.poll(2000)).toBe(false);
    expect(said).toEqual([expect.stringContaining('the old ones stay')]);
    see(pipeline, 0, 1, 2);
    expect(told(pipeline)).toEqual(['active×3']);
    write('a.yml', `${PLAIN}# mended\n`);
    expect(await reloader.poll(3000)).toBe(true);
  });

  test('no rule left is a mistake too', async () => {
    const { reloader } = await start();
    unlinkSync(join(folder, 'a.yml'));
    unlinkSync(join(folder, 'many.yml'));
    expect(await reloader.poll(1000)).toBe(false);
    expect(said).toHaveLength(1);
  });

  test('nothing changed, or not yet time: nothing happens', async () => {
    const { reloader } = await start();
    expect(await reloader.poll(1000)).toBe(false);
    write('b.yml', PLAIN.replace('id: a', 'id: b'));
    expect(await reloader.poll(1500)).toBe(false);
    expect(await reloader.poll(2000)).toBe(true);
  });
});
