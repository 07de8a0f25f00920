import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventFromJson } from '../normalise/json/json-event.js';
import { Pipeline } from './pipeline.js';
import { Reloader } from './reload.js';
import { loadRuleSource, readRuleSource, type RuleSource } from './rules.js';

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
const read = (): RuleSource => readRuleSource([folder], { mapping: false });
const log = { info: (text: string) => said.push(text), warn: (text: string) => said.push(text) };

function start(): { pipeline: Pipeline; reloader: Reloader } {
  const source = read();
  const pipeline = new Pipeline(loadRuleSource(source), { keepState: true });
  const options = { paths: [folder], source, read: () => Promise.resolve(read()), pipeline, every: 1000, log };
  return { pipeline, reloader: new Reloader(options) };
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
    const { pipeline, reloader } = start();
    see(pipeline, 0, 1);
    expect(told(pipeline)).toEqual([]);
    write('b.yml', PLAIN.replace('id: a', 'id: b').replace('k: a', 'k: b'));
    expect(await reloader.poll(1000)).toBe(true);
    expect(pipeline.ruleSet.rules).toHaveLength(2);
    see(pipeline, 2);
    expect(told(pipeline)).toEqual(['active×3']);
  });

  test('an open episode goes on as the same alert', async () => {
    const { pipeline, reloader } = start();
    see(pipeline, 0, 1, 2);
    const [before] = pipeline.collect(0).alerts;
    write('a.yml', PLAIN.replace('title: Seen', 'title: Seen again'));
    expect(await reloader.poll(1000)).toBe(true);
    see(pipeline, 3);
    const [after] = pipeline.collect(0).alerts;
    expect([after?.id, after?.revision]).toEqual([before?.id, 2]);
  });

  test('the episode of a changed rule ends as rule-changed', async () => {
    const { pipeline, reloader } = start();
    see(pipeline, 0, 1, 2);
    told(pipeline);
    write('many.yml', count(5));
    expect(await reloader.poll(1000)).toBe(true);
    expect(told(pipeline)).toEqual(['rule-changed×3']);
    see(pipeline, 3, 4);
    expect(told(pipeline)).toEqual([]);
  });

  test('a broken rule keeps the old ones, and says so once', async () => {
    const { pipeline, reloader } = start();
    write('a.yml', PLAIN.replace('condition: s', 'condition: t'));
    expect(await reloader.poll(1000)).toBe(false);
    expect(await reloader.poll(2000)).toBe(false);
    expect(said).toEqual([expect.stringMatching(/a\.yml is broken, its old rules stay: .*a\.yml:5:/u)]);
    see(pipeline, 0, 1, 2);
    expect(told(pipeline)).toEqual(['active×3']);
    write('a.yml', `${PLAIN}# mended\n`);
    expect(await reloader.poll(3000)).toBe(true);
  });

  test('a broken rule keeps its old self while another changed one takes effect', async () => {
    const { pipeline, reloader } = start();
    write('a.yml', PLAIN.replace('condition: s', 'condition: t'));
    write('many.yml', count(2));
    expect(await reloader.poll(1000)).toBe(true);
    see(pipeline, 0, 1);
    expect(told(pipeline)).toEqual(['active×2']);
    write('b.yml', PLAIN.replace('id: a', 'id: b'));
    expect(await reloader.poll(2000)).toBe(true);
    expect(pipeline.ruleSet.rules.map(({ meta }) => meta.id)).toEqual(['a', 'b']);
  });

  test('a new file is taken without the rule that is refused, and one refused from the start stops nothing', async () => {
    write('bad.yml', PLAIN.replace('id: a', 'id: bad').replace('condition: s', 'condition: t'));
    const { pipeline, reloader } = start();
    write(
      'new.yml',
      `${PLAIN.replace('id: a', 'id: n1')}---\n${PLAIN.replace('id: a', 'id: n2').replace('k:', 'k|nope:')}`,
    );
    expect(await reloader.poll(1000)).toBe(true);
    expect(pipeline.ruleSet.rules.map(({ meta }) => meta.id)).toEqual(['a', 'n1']);
    expect(said[0]).toMatch(/new\.yml has rules that are refused: .*nope/u);
  });

  test('nothing is put into force where a sound rule would break', async () => {
    const { pipeline, reloader } = start();
    unlinkSync(join(folder, 'a.yml'));
    write('b.yml', PLAIN.replace('id: a', 'id: b'));
    expect(await reloader.poll(1000)).toBe(false);
    expect(said).toEqual([expect.stringContaining('the old ones stay')]);
    expect(pipeline.ruleSet.rules.map(({ meta }) => meta.id)).toEqual(['a']);
  });

  test('no rule left is a mistake too', async () => {
    const { reloader } = start();
    unlinkSync(join(folder, 'a.yml'));
    unlinkSync(join(folder, 'many.yml'));
    expect(await reloader.poll(1000)).toBe(false);
    expect(said).toHaveLength(1);
  });

  test('nothing changed, or not yet time: nothing happens', async () => {
    const { reloader } = start();
    expect(await reloader.poll(1000)).toBe(false);
    write('b.yml', PLAIN.replace('id: a', 'id: b'));
    expect(await reloader.poll(1500)).toBe(false);
    expect(await reloader.poll(2000)).toBe(true);
  });
});
