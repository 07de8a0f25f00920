import { describe, expect, it } from 'vitest';
import { decimal } from './capture.js';
import { bySetter, ip, number, status, text } from './cells.js';
import { Clock } from './time/time.js';
import { Line } from './line.js';
import { putAll, Row } from './row.js';
import { validIp } from './text/scan.js';

const SAID = { module: 'm', dataset: 'm.d', message: 'said' };

function lineOf(original: string): Line {
  const line = new Line();
  line.clock = new Clock('UTC');
  line.original = original;
  line.hostName = 'h';
  return line;
}

/** The event of a text of one piece. */
function eventOf(row: Row, cell: ReturnType<Row['cells']>[number], piece: string): unknown {
  row.begin(piece, lineOf(piece), SAID, { category: ['web'] });
  row.put(cell, 0, piece.length);
  return row.event();
}

describe('a row', () => {
  it('makes the same events before and after its shape is compiled, and forgets the one before', () => {
    const row = new Row();
    const [cell] = row.cells([text('a.b', 'c')]);
    const events = Array.from({ length: 40 }, (_, index) => eventOf(row, cell, index % 2 === 0 ? `v${index}` : '-'));
    for (const [index, event] of events.entries()) {
      const value = index % 2 === 0 ? `v${index}` : undefined;
      expect(event).toMatchObject({ 'event.kind': 'event', 'event.dataset': 'm.d', message: 'said', 'host.name': 'h' });
      expect(event).toHaveProperty(['a.b'], value);
      expect(event).toHaveProperty(['c'], value);
    }
  });

  it('puts all pieces as one by one', () => {
    const [row, other] = [new Row(), new Row()];
    const columns = [text('a'), undefined, number('b'), text('c'), text('d')];
    const piece = 'x y 12 - ';
    const starts = Int32Array.from([0, 2, 4, 7, 9, 10]);
    for (const each of [row, other]) each.begin(piece, lineOf(piece), SAID, {});
    putAll(row.cells(columns))(row, starts);
    other.cells(columns).forEach((cell, at) => {
      other.put(cell, starts[at] as number, (starts[at + 1] as number) - 1);
    });
    expect(row.event()).toEqual(other.event());
    expect(row.event()).toMatchObject({ a: 'x', b: 12, c: undefined, d: undefined });
  });

  it('gives one field one place', () => {
    const row = new Row();
    expect(row.slot('x')).toBe(row.slot('x'));
    expect(row.slot('x')).not.toBe(row.slot('y'));
  });
});

describe('cells', () => {
  const pieces =
    '0 7 080 1.5 0.000 -1 -1.25 1e5 0x1f 123456789012345 1234567890123456 1.1234567890123456 .5 5. 192.0.2.1 192.0.2.01 2001:db8::1 [::1] é 200 404';

  it('read numbers and addresses as setters do', () => {
    const row = new Row();
    const [numberCell, ipCell] = row.cells([number('n'), ip('ip', 'address')]);
    for (const piece of pieces.split(' ')) {
      expect(eventOf(row, numberCell, piece)).toHaveProperty(['n'], decimal(piece));
      const event = eventOf(row, ipCell, piece);
      expect(event).toHaveProperty(['ip'], validIp(piece));
      expect(event).toHaveProperty(['address'], piece);
    }
  });

  it('set the outcome of a status, and what a setter says', () => {
    const row = new Row();
    const lower = bySetter((fields, value) => {
      fields['l'] = value.toLowerCase();
    }, 'l');
    const [statusCell, lowerCell] = row.cells([status, lower]);
    expect(eventOf(row, statusCell, '404')).toMatchObject({
      'http.response.status_code': 404,
      'event.outcome': 'failure',
    });
    expect(eventOf(row, statusCell, 'x')).toHaveProperty(['event.outcome'], undefined);
    expect(eventOf(row, lowerCell, 'ABC')).toHaveProperty(['l'], 'abc');
  });
});
