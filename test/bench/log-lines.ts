import { addressOf } from './sshd.js';
import { DAY_START } from './write.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What a placeholder becomes in the `n`th line, written at `date`. */
const PLACES: Readonly<Record<string, (n: number, date: Date) => string>> = {
  n: (n) => String(n % 1000),
  pid: (n) => String(1000 + (n % 29_000)),
  ip: (n) => addressOf(n % 20_000),
  user: (n) => `user${n % 997}`,
  syslog: (_, date) => `${month(date)} ${String(date.getUTCDate()).padStart(2)} ${timeOf(date)}`,
  clf: (_, date) => `${dayOf(date)}/${month(date)}/${date.getUTCFullYear()}:${timeOf(date)} +0000`,
  hatime: (_, date) => `${dayOf(date)}/${month(date)}/${date.getUTCFullYear()}:${timeOf(date)}.655`,
  iso: (_, date) => date.toISOString(),
  stamp: (_, date) => date.toISOString().slice(0, 19),
  date: (_, date) => date.toISOString().slice(0, 10),
  day: (_, date) => date.toISOString().slice(0, 10).replaceAll('-', '/'),
  time: (_, date) => timeOf(date),
  epoch: (_, date) => String(Math.floor(date.getTime() / 1000)),
};

/**
 * The `n`th line of the templates taken in turn: addresses, users, numbers and times change from line to line, four lines
 * a second. A placeholder that is not known throws.
 */
export function lineMaker(templates: readonly string[]): (n: number) => string {
  const parts = templates.map((template) => template.split(/«(\w+)»/));
  return (n) => {
    const date = new Date(DAY_START + n * 250);
    const template = parts[n % parts.length] as string[];
    return template.map((part, i) => (i % 2 === 0 ? part : (PLACES[part] as Place)(n, date))).join('');
  };
}

type Place = (n: number, date: Date) => string;

function month(date: Date): string {
  return MONTHS[date.getUTCMonth()] as string;
}

function dayOf(date: Date): string {
  return String(date.getUTCDate()).padStart(2, '0');
}

function timeOf(date: Date): string {
  return date.toISOString().slice(11, 19);
}
