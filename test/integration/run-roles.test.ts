import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BRUTE_FORCE, build, Folder, sekisho, start } from './cli.js';

const SITE = '{brokers: ["127.0.0.1:1"], site: {}}';

describe('run --role', () => {
  let folder: Folder;
  beforeAll(() => {
    build();
    folder = new Folder();
    folder.write('rules/brute.yml', BRUTE_FORCE);
  });
  afterAll(() => folder.remove());

  const refused: readonly (readonly [args: readonly string[], config: string, reason: string])[] = [
    [['--role', 'detector'], 'inputs: [{path: /var/log/x}]', 'kafka: site: is missing; --role is for the members'],
    [['--until-caught-up'], `kafka: ${SITE}\ninputs: [{topics: x}]`, '--until-caught-up is for one process'],
    [[], `kafka: ${SITE}`, 'inputs: nothing to read; name at least one topic'],
    [['--role', 'indexer'], `kafka: ${SITE}`, 'outputs: nothing to index into; name an elasticsearch output'],
    [['--role', 'judge'], `kafka: ${SITE}`, 'It must be one of detector, correlator, indexer'],
  ];

  it.each(refused)('%j refuses %j', async (args, config, reason) => {
    const file = folder.write('sekisho.yml', `rules: ./rules\nhttp: null\n${config}\n`);
    const done = await sekisho(['run', '-c', file, ...args]);
    expect(done.stderr).toContain(reason);
    expect(done.code).not.toBe(0);
  });

  describe('with a thread for the detector', () => {
    const site = (rules: string): string =>
      folder.write(
        'threads.yml',
        `rules: ./${rules}\nhttp: null\nkafka: {brokers: ["127.0.0.1:1"], site: {threads: 2}}\ninputs: [{topics: x}]\n`,
      );

    it('ends at once where no rule could be loaded', async () => {
      folder.write('broken/rule.yml', 'title: No rule\n');
      const done = await sekisho(['run', '-c', site('broken')]);
      expect(done.code).toBe(3);
      expect(done.stderr).toContain('no rule could be loaded');
    });

    it('stops both threads where the brokers are still waited for', async () => {
      const child = start(['run', '-c', site('rules')]);
      let said = '';
      child.stderr?.on('data', (chunk) => (said += String(chunk)));
      await expect.poll(() => said).toContain('the detector has a thread of its own');
      child.kill('SIGTERM');
      expect(await once(child, 'close')).toEqual([0, null]);
      expect(said).toContain('sekisho ends: 0 records read');
    });
  });
});
