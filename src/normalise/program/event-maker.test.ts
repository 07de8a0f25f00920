import { describe, expect, it } from 'vitest';
import { Line } from '../line.js';
import { eventMaker, plainMaker } from './event-maker.js';

const what = { category: ['email'], type: undefined, action: 'sent', outcome: 'success' };
const places = ['email.local_id', 'postfix.relay', 'source.ip'];
const names = ['source.ip', 'email.local_id'];

function lineOf(more: Partial<Line>): Line {
  const head = { original: 'whole', module: 'system', dataset: 'system.syslog', authDataset: 'system.auth' };
  return Object.assign(new Line(), head, { host: 'web1', hostName: 'h', program: 'app', pid: 52 }, more);
}

describe('an event made in one step', () => {
  const heads: readonly (readonly [string, Partial<Line>])[] = [
    ['no priority', {}],
    ['no host and no number', { host: undefined, pid: undefined }],
    ['an envelope that names the host', { hostTold: true }],
    ['a priority', { priority: 38 }],
    ['the least priority', { priority: 0 }],
    ['the head of RFC 5424', { priority: 191, isStructured: true, procid: '52', msgid: 'ID47' }],
  ];
  it.each(heads)('says what one made by a loop says: %s', (_, more) => {
    const line = lineOf(more);
    const made = eventMaker(what, places, names)(line, 'words', '192.0.2.1', 'B3A1C');
    expect(made).toEqual(plainMaker(what, names, 'dataset')(line, 'words', '192.0.2.1', 'B3A1C'));
    expect(made).toMatchObject({ message: 'words', 'event.action': 'sent', 'source.ip': '192.0.2.1' });
    expect(made['event.dataset']).toBe('system.syslog');
  });

  it('has a place for what it does not say', () => {
    const made = eventMaker(what, places, names, 'authDataset')(lineOf({}), 'words', '192.0.2.1', 'B3A1C');
    expect(Object.keys(made)).toHaveLength(16);
    expect(made['postfix.relay']).toBeUndefined();
    expect(made['event.dataset']).toBe('system.auth');
  });

  it.each([[['a"b']], [['__proto__']], [['a', 'a']], [['toString']]])('is refused for the names %j', (odd) => {
    expect(() => eventMaker(what, odd)).toThrow('no places');
  });

  it('is refused for a field without a place', () => {
    expect(() => eventMaker(what, places, ['user.name'])).toThrow('no places: user.name');
  });
});
