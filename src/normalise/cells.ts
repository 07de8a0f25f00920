import type { Fields } from '../event/index.js';
import { decimal, peer as peerSetter, type Setter } from './capture.js';
import { decimalIn, find, isIPv4In, numberIn } from './text/codes.js';
import type { Column, Row } from './row.js';
import { unescapeQuoted, validIp } from './text/scan.js';

const COLON = 58;

/** Sets text fields to the same value. */
export function text(...fields: readonly string[]): Column {
  return (slot) => {
    const [first = 0, ...others] = fields.map(slot);
    return (row, start, end) => {
      const value = row.text.slice(start, end);
      row.values[first] = value;
      for (const other of others) row.values[other] = value;
    };
  };
}

/** Sets an address field, undefined where the text is no address, and perhaps a text field to the text as it is. */
export function ip(field: string, whole?: string): Column {
  return (slot) => {
    const at = slot(field);
    const as = whole === undefined ? at : slot(whole);
    return (row, start, end) => {
      const value = row.text.slice(start, end);
      row.values[as] = value;
      row.values[at] = isIPv4In(row.bytes, start, end) ? value : validIp(value);
    };
  };
}

/** Sets a number field; nothing where the text is no decimal number. */
export function number(field: string): Column {
  return (slot) => {
    const at = slot(field);
    return (row, start, end) => {
      const value = decimalOf(row, start, end);
      if (value !== undefined) row.values[at] = value;
    };
  };
}

/** Sets a number field to a multiple of the number told, rounded. */
export function scaled(field: string, factor: number): Column {
  return (slot) => {
    const at = slot(field);
    return (row, start, end) => {
      const value = decimalOf(row, start, end);
      if (value !== undefined) row.values[at] = Math.round(value * factor);
    };
  };
}

function decimalOf({ text: all, bytes }: Row, start: number, end: number): number | undefined {
  return numberIn(bytes, start, end) ?? decimalIn(bytes, start, end) ?? decimal(all.slice(start, end));
}

/** Sets status code and outcome: below 400 success, from 400 failure. */
export const status: Column = (slot) => {
  const at = slot('http.response.status_code');
  const outcome = slot('event.outcome');
  return (row, start, end) => {
    const code = decimalOf(row, start, end);
    if (code === undefined) return;
    row.values[at] = code;
    row.values[outcome] = code < 400 ? 'success' : 'failure';
  };
};

/** What a setter of `fields` says of a piece: for pieces that are rare, or read in a way of their own. */
export function bySetter(setter: Setter, ...fields: readonly string[]): Column {
  return (slot) => {
    const slots = fields.map(slot);
    return (row, start, end) => {
      const found: Fields = {};
      setter(found, row.text.slice(start, end));
      for (const [index, field] of fields.entries())
        if (field in found) row.values[slots[index] as number] = found[field];
    };
  };
}

/** Sets a text field without the escapes of nginx and Apache. */
export function unescaped(field: string): Column {
  return (slot) => {
    const at = slot(field);
    return (row, start, end) => {
      row.values[at] = unescapeQuoted(row.text.slice(start, end));
    };
  };
}

/** Sets `<side>.address`, `.ip` and `.port` of `ADDRESS[:PORT]`; the brackets of an IPv6 address are left off. */
export function peer(side: string): Column {
  const fields = [`${side}.address`, `${side}.ip`, `${side}.port`];
  return (slot) => {
    const [address = 0, ip = 0, port = 0] = fields.map(slot);
    const otherwise = bySetter(peerSetter(side), ...fields)(slot);
    return (row, start, end) => {
      const colon = find(row.bytes, COLON, start, end);
      const number = numberIn(row.bytes, colon + 1, end);
      if (number === undefined || !isIPv4In(row.bytes, start, colon)) return otherwise(row, start, end);
      const value = row.text.slice(start, colon);
      row.values[address] = value;
      row.values[ip] = value;
      row.values[port] = number;
    };
  };
}
