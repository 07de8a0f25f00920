import { mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Failure, Fields } from '../../event/index.js';
import { readAssets } from './assets.js';
import { Enrichment, type EnrichmentSettings } from './enrichment.js';
import { type ListKind, readList } from './lists.js';
import { Ranges } from './ranges.js';

const folder = mkdtempSync(join(tmpdir(), 'sekisho-enrich-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function ignore(failure: Failure): never {
  throw new Error(failure.message);
}

function listOf(kind: ListKind, text: string, report: (failure: Failure) => void = ignore) {
  return readList(text, { path: 'list.txt', kind }, report);
}

describe('ranges', () => {
  it.each([
    ['192.0.2.0/24', '192.0.2.255', true],
    ['192.0.2.0/24', '192.0.3.0', false],
    ['192.0.2.7', '192.0.2.7', true],
    ['0.0.0.0/0', '203.0.113.1', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['::1', '::1', true],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['192.0.2.0/24', '::ffff:192.0.2.9', true],
    ['::ffff:192.0.2.0/120', '192.0.2.9', true],
    ['10.1.2.3/8', '10.200.0.1', true],
  ])('%s, asked for %s: %s', (range, address, held) => {
    const ranges = new Ranges<true>();
    expect(ranges.add(range, true)).toBe(true);
    expect(ranges.find(address) === true).toBe(held);
  });

  it.each(['', 'web-1', '192.0.2.0/33', '192.0.2.0/-1', '192.0.2', '2001:db8::/129', '1.2.3.4/', '::ffff:1.2.3.4/20'])(
    'do not take %j',
    (text) => expect(new Ranges<true>().add(text, true)).toBe(false),
  );

  it('find the narrowest, whatever the order', () => {
    const networks = ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24', '10.1.2.3'];
    fc.assert(
      fc.property(fc.shuffledSubarray(networks, { minLength: 1 }), (some) => {
        const ranges = new Ranges<string>();
        for (const network of some) ranges.add(network, network);
        expect(ranges.find('10.1.2.3')).toBe(networks.findLast((network) => some.includes(network)));
      }),
    );
  });
});

describe('a list', () => {
  it('of addresses takes remarks as the usual feeds write them', () => {
    const list = listOf('ip', '# feed\n192.0.2.7 # scanner\n198.51.100.0/24 ; SBL1\n\n2001:db8::/32,2026-01-01\n');
    expect(list.entries).toEqual(['192.0.2.7', '198.51.100.0/24', '2001:db8::/32']);
    expect(['192.0.2.7', '198.51.100.200', '2001:db8::5', '192.0.2.8', 'x'].map(list.has)).toEqual([
      ...[true, true, true],
      ...[false, false],
    ]);
  });

  it('of domains holds all below them, and nothing beside them', () => {
    const list = listOf('domain', 'Evil.example.\n*.bad.test\n');
    expect(['evil.example', 'WWW.EVIL.EXAMPLE.', 'a.b.bad.test', 'notevil.example', 'example'].map(list.has)).toEqual([
      ...[true, true, true],
      ...[false, false],
    ]);
  });

  it('of domains looks at the end of what is too long for a name', () => {
    const list = listOf('domain', 'evil.example\n');
    expect(list.has(`${'a.'.repeat(200_000)}evil.example`)).toBe(true);
    expect(list.has(`evil.example.${'a.'.repeat(200_000)}`)).toBe(false);
  });

  it('of texts keeps spaces and ignores case', () => {
    const list = listOf('text', 'Jane Doe # left\r\nroot\n');
    expect(['jane doe', 'ROOT', 'jane'].map(list.has)).toEqual([true, true, false]);
  });

  it('tells which line is no address', () => {
    const told: Failure[] = [];
    expect(listOf('ip', '192.0.2.1\nnonsense\n', (failure) => told.push(failure)).entries).toEqual(['192.0.2.1']);
    expect(told).toMatchObject([{ code: 'enrich.list', message: expect.stringContaining('list.txt:2:') as string }]);
  });
});

describe('assets', () => {
  it('are found by name, address and narrowest network', () => {
    const text =
      'host,role,criticality\nweb-1,web server,high\n10.0.0.0/8,office,low\n"10.1.0.0/16","data, centre",high\n';
    const { find } = readAssets(text, 'assets.csv', ignore);
    expect(find('WEB-1')).toEqual({ role: 'web server', criticality: 'high' });
    expect(find('10.1.9.9')?.role).toBe('data, centre');
    expect(find('10.2.9.9')?.role).toBe('office');
    expect(find('192.0.2.1')).toBeUndefined();
  });

  it('tell which line is none', () => {
    const told: Failure[] = [];
    readAssets('web-1\n', 'assets.csv', (failure) => told.push(failure));
    expect(told).toMatchObject([{ message: expect.stringContaining('assets.csv:1:') as string }]);
  });
});

describe('an enrichment', () => {
  const none: EnrichmentSettings = { lists: {}, assets: undefined, city: undefined, asn: undefined };
  const compute = (enrichment: Enrichment, asked: readonly string[] | 'all', fields: Fields): Fields =>
    Object.fromEntries(
      enrichment
        .derived(asked === 'all' ? 'all' : new Set(asked))
        .map(({ field, compute: of }) => [field, of(fields)])
        .filter(([, value]) => value !== undefined),
    ) as Fields;

  it('names the lists that hold a value, by field or by what a kind is about', () => {
    const lists = {
      tor: { path: fileOf('tor.txt', '192.0.2.0/24\n'), kind: 'ip' },
      leavers: { path: fileOf('leavers.txt', 'ann\n'), kind: 'text' },
    } as const;
    const enrichment = new Enrichment({ ...none, lists }, ignore);
    const fields = { 'source.ip': '192.0.2.9', 'user.name': 'ann', 'process.name': 'ann' };
    expect(compute(enrichment, ['sekisho.list.source.ip', 'sekisho.list.process.name'], fields)).toEqual({
      'sekisho.list.source.ip': ['tor'],
      'sekisho.list.process.name': ['leavers'],
    });
    expect(compute(enrichment, 'all', fields)).toEqual({
      'sekisho.lists': ['tor', 'leavers'],
      'sekisho.list.source.ip': ['tor'],
      'sekisho.list.user.name': ['leavers'],
    });
    expect(compute(enrichment, [], fields)).toEqual({});
    expect(Object.fromEntries(enrichment.entries())).toEqual({ tor: ['192.0.2.0/24'], leavers: ['ann'] });
  });

  it('knows the machine an event is about', () => {
    const enrichment = new Enrichment({ ...none, assets: fileOf('assets.csv', '10.0.0.0/8,data base,high\n') }, ignore);
    const asked = ['sekisho.asset.role', 'sekisho.asset.criticality'];
    expect(compute(enrichment, asked, { 'host.name': 'web-1', 'destination.ip': '10.0.0.5' })).toEqual({
      'sekisho.asset.role': 'data base',
      'sekisho.asset.criticality': 'high',
    });
    expect(compute(enrichment, asked, { 'host.name': 'web-1' })).toEqual({});
  });

  it('takes changed files in, and keeps what it has where one can’t be read', () => {
    const path = fileOf('changing.txt', 'ann\n');
    const told: Failure[] = [];
    const enrichment = new Enrichment({ ...none, lists: { users: { path, kind: 'text' } } }, (one) => told.push(one));
    const holds = (name: string): boolean =>
      compute(enrichment, ['sekisho.lists'], { 'user.name': name })['sekisho.lists'] !== undefined;
    expect([holds('ann'), holds('bob'), enrichment.refresh()]).toEqual([true, false, false]);
    writeFileSync(path, 'bob\n');
    utimesSync(path, 1, 1);
    expect([enrichment.refresh(), holds('ann'), holds('bob')]).toEqual([true, false, true]);
    rmSync(path);
    expect([enrichment.refresh(), holds('bob'), told.length]).toEqual([false, true, 1]);
    expect(told[0]?.message).toContain('stays in force');
    symlinkSync(path, path);
    expect([enrichment.refresh(), holds('bob')]).toEqual([false, true]);
  });

  it('tells of a database that is none', () => {
    const told: Failure[] = [];
    new Enrichment({ ...none, city: fileOf('city.mmdb', 'nothing') }, (failure) => told.push(failure));
    expect(told).toMatchObject([{ code: 'enrich.file' }]);
  });
});
