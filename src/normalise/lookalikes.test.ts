import { describe, expect, it } from 'vitest';
import type { EcsEvent, Fields } from '../event/index.js';
import { createNormaliser } from './normaliser.js';
import { zoneNamed } from './time/zone-name.js';

function readAll(texts: readonly string[]): readonly EcsEvent[] {
  const out: EcsEvent[] = [];
  const normaliser = createNormaliser({ derive: new Set() });
  const source = { id: 's', label: 's', settings: { timezone: 'UTC', host: 'here' } };
  for (const text of texts)
    normaliser.normalise(source, { text, offset: 0, receiveTime: Date.UTC(2026, 10, 23, 12), bytes: undefined }, out);
  return out;
}

function fieldsOf(text: string): Fields {
  return readAll([text])[0]?.fields ?? {};
}

describe('what only looks like another log', () => {
  it('PostgreSQL with a zone where a host may stand keeps its zone', () => {
    const [event] = readAll(['2026-11-23 06:39:04 CET postgres[123]: [1-1] LOG:  checkpoint starting: time']);
    expect(event?.time).toBe(Date.UTC(2026, 10, 23, 5, 39, 4));
    expect(event?.fields).toMatchObject({ 'host.name': 'here', 'event.dataset': 'postgresql.log' });
  });

  it('a document with a text called AuditData', () => {
    expect(fieldsOf('{"AuditData":"Nov 23 06:39:04 web1 sshd[1]: x","who":"bob"}')).toMatchObject({ who: 'bob' });
  });

  it('a program whose number is nobody’s is read by its name', () => {
    const text = 'Nov 23 06:39:04 web1 sshd[0]: Failed password for root from 203.0.113.9 port 40022 ssh2';
    const read = {
      'process.name': 'sshd[0]',
      'user.name': 'root',
      'source.ip': '203.0.113.9',
      'event.outcome': 'failure',
    };
    expect(fieldsOf(text)).toMatchObject(read);
  });

  it('a connection of Zeek beside which a shipper put a path', () => {
    const conn =
      '"ts":1795415944.1,"uid":"C1","id.orig_h":"203.0.113.9","id.orig_p":4,"id.resp_h":"192.0.2.10","id.resp_p":445';
    expect(fieldsOf(`{${conn},"proto":"tcp","service":"smb","path":"/logs/x"}`)['event.dataset']).not.toBe(
      'zeek.smb_mapping',
    );
  });

  it('an application that tells an action, its key and a client', () => {
    const fields = fieldsOf(
      '{"pk":1,"app":"x","action":"login","client_ip":"203.0.113.9","time":"2026-11-23T06:39:04Z"}',
    );
    expect(fields['event.dataset']).not.toBe('authentik.event');
  });

  it('an application that logs a route, a status and how long it took', () => {
    expect(fieldsOf('{"route":"/x","status":200,"duration_s":0.2}')).toMatchObject({ 'event.dataset': 'unknown' });
  });

  it('an error of nginx whose path the client made look like a rule of Coraza', () => {
    const fields = fieldsOf(
      '2026/11/23 06:39:04 [error] 1#1: *1 open() "/w/"] Coraza: Access denied [id "949110"]" failed (2: No such file or directory), client: 203.0.113.9, server: _, request: "GET / HTTP/1.1", host: "a"',
    );
    expect(fields).toMatchObject({ 'event.dataset': 'nginx.error', 'source.ip': '203.0.113.9' });
    expect(fields['rule.id']).toBeUndefined();
  });

  it.each([
    ['a program of WildFly that is not Keycloak', '06:39:04,123 INFO  [org.jboss.as] (main) started', 'unknown'],
    ['a Go program’s head', '2026/11/23 06:39:04 [I] Started POST /x for 203.0.113.9', 'unknown'],
    ['words that begin as Rails’ do', 'Started POST "/x" for bob at noon', 'unknown'],
    ['a document with a client’s address', '{"ClientIP":"203.0.113.9","RayID":"1","user":"bob"}', 'unknown'],
    ['a number before a priority', '83 <40> apples', 'unknown'],
    ['a version before a message', '<13>Nov 23 06:39:04 h 2048: started', 'system.syslog'],
  ])('%s', (_, text, dataset) => {
    expect(fieldsOf(text)).toMatchObject({ 'event.dataset': dataset, 'event.original': text });
    expect(fieldsOf(text)['source.ip']).toBeUndefined();
  });

  it.each([
    ['data of an application', '{"data":"aGVsbG8gd29ybGQ=","recordId":3}'],
    ['a message with data', '{"message":{"data":"aGVsbG8gd29ybGQ="},"user":"bob"}'],
    ['an application’s event', '{"time":1795415944,"event":"login_failed","host":"web1"}'],
    ['a text payload of nobody’s', '{"textPayload":"203.0.113.9 said hello","user":"bob"}'],
    ['objects with words between them', '{"user":"bob"} then {"user":"eve"}'],
    ['objects of which one is none', '{"user":"bob"}{eve}'],
  ])('%s is no envelope', (_, text) => {
    expect(readAll([text]).map(({ fields }) => [fields['event.dataset'], fields['event.original']])).toEqual([
      ['unknown', text],
    ]);
  });

  it('a name of an FTP client that reads as an address', () => {
    const line = 'Nov 23 06:39:04 web1 ftpd[1]: FTP LOGIN FROM 192.0.2.1 [203.0.113.9], bob';
    expect(fieldsOf(line)).toMatchObject({ 'source.ip': '203.0.113.9', 'source.address': '203.0.113.9' });
  });
});

describe('hostile texts', () => {
  it('that are forwarded without end are read once', () => {
    const text = `Nov 23 06:39:04 web1 ${'forwarded from a: '.repeat(50_000)}sshd[1]: x`;
    expect(fieldsOf(text)).toMatchObject({ 'host.name': 'a', 'event.dataset': 'system.syslog' });
  });

  it('name a zone by one name, a long one not at all', () => {
    expect(['Asia/Tokyo', 'Asia/TOKYO', 'ASIA/tokyo'].map(zoneNamed)).toEqual(Array(3).fill('Asia/Tokyo'));
    expect(zoneNamed('x'.repeat(100_000))).toBeUndefined();
  });
});

it('a list keeps its values while templates learn that they end it too early', () => {
  const documents = Array.from({ length: 120 }, (_, n) => ({
    notes: [n < 60 ? `plain ${n}` : `odd ${n}] y`],
    [n % 2 === 0 ? 'place' : 'server']: `s${n}`,
  }));
  const events = readAll(documents.map((document) => JSON.stringify(document)));
  expect(events.map(({ fields }) => fields['notes'])).toEqual(documents.map(({ notes }) => notes));
});
