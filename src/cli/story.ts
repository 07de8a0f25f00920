import type { AlertDocument, Level } from '../event/index.js';
import { LEVELS } from '../event/index.js';
import type { Paint, Style } from './terminal.js';
import { counted, fit, pad, textWidth, wrap } from './text.js';
import { Clock } from './when.js';

/** How a story is told. */
export interface StoryOptions {
  readonly paint: Paint;
  /** IANA zone of the times shown. */
  readonly zone: string;
  /** Columns there are. */
  readonly columns: number;
}

/** What a story reads of an alert document (src/alert/render.ts writes it). */
interface Told {
  readonly message: string;
  readonly event: { readonly start: string; readonly end: string; readonly reason: string };
  readonly sekisho: { readonly alert: ToldAlert };
}

interface ToldAlert {
  readonly state: string;
  readonly severity: Level;
  readonly count: number;
  readonly stages?: readonly ToldStage[];
  readonly accounts?: readonly string[];
}

interface ToldStage {
  readonly name: string;
  readonly start: string;
  readonly end: string;
  readonly count: number;
  readonly ip: readonly string[];
  readonly user: readonly string[];
  readonly hosts: readonly string[];
}

const STYLES: Readonly<Record<Level, Style>> = {
  informational: 'dim',
  low: 'cyan',
  medium: 'yellow',
  high: 'red',
  critical: 'alarm',
};

/** Columns of the severity, with the blank after it; what follows is indented as far. */
const INDENT = 10;
const SHORT: Readonly<Record<Level, string>> = {
  informational: 'INFO',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  critical: 'CRITICAL',
};

/**
 * One alert as people read it: severity and title, when and how often, why in a line, for a chain its stages in order
 * and the accounts to reset. Lines of at most `columns`, free of anything an attacker could do to a terminal.
 */
export function story(alert: AlertDocument, options: StoryOptions): readonly string[] {
  const told = alert.document as unknown as Told;
  const { severity, stages = [], accounts = [] } = told.sekisho.alert;
  const clock = new Clock(options.zone);
  return [
    ...title(told, severity, options),
    ...indented(whenLine(told, clock), options),
    ...(stages.length === 0 ? reason(told, options) : stageLines(stages, clock, options)),
    ...(accounts.length === 0 ? [] : accountLines(accounts, options)),
  ];
}

function title(told: Told, severity: Level, { paint, columns }: StoryOptions): readonly string[] {
  const level = LEVELS.includes(severity) ? severity : 'medium';
  const badge = paint(STYLES[level], ` ${SHORT[level]} `);
  const gap = ' '.repeat(Math.max(0, INDENT - SHORT[level].length - 2));
  const [first = '', ...rest] = wrap(told.message, columns - INDENT - 1);
  return [`${badge}${gap} ${paint('bold', first)}`, ...rest.map((line) => margin() + paint('bold', line))];
}

function whenLine(told: Told, clock: Clock): string {
  const { count, state, stages } = told.sekisho.alert;
  const going = state === 'active' ? ' · still going on' : '';
  return `${clock.span(stages?.[0]?.start ?? told.event.start, told.event.end)} · ${counted(count, 'event')}${going}`;
}

/** What the line above tells already, in the reader's own zone: the times, and how many events there were. */
const TOLD_ABOVE: readonly RegExp[] = [
  / \(\d{4}-[^()]*\)\.$/u,
  /^\d+ matching events?(?:; )?/u,
  /, \d+ events in all(?=\.?$)/u,
  /\.$/u,
];

/** Why there is an alert, but for what stands above it; no line where that was all. */
function reason(told: Told, options: StoryOptions): readonly string[] {
  const text = TOLD_ABOVE.reduce((rest, known) => rest.replace(known, ''), told.event.reason);
  return text === '' ? [] : indented(`${text.charAt(0).toUpperCase()}${text.slice(1)}.`, options);
}

function indented(text: string, { columns, paint }: StoryOptions): readonly string[] {
  return wrap(text, columns - INDENT - 1).map((line) => margin() + paint('dim', line));
}

function stageLines(stages: readonly ToldStage[], clock: Clock, options: StoryOptions): readonly string[] {
  const room = options.columns - INDENT - 1;
  const names = Math.min(Math.max(...stages.map((stage) => textWidth(stage.name))), Math.max(12, room - 60));
  return stages.map((stage, i) => {
    const head = `${i + 1}. ${clock.moment(stage.start).slice(5, 16)}  ${pad(stage.name, names)}  `;
    const who = [...few(stage.ip), ...few(stage.user), ...(stage.ip.length === 0 ? few(stage.hosts) : [])].join(', ');
    const times = stage.count > 1 ? `${stage.count.toLocaleString('en')}×  ` : '';
    return margin() + fit(head + times + who, room);
  });
}

/** At most three values, and how many more there are. */
function few(values: readonly string[]): readonly string[] {
  return values.length <= 3 ? values : [...values.slice(0, 2), `${values.length - 2} more`];
}

function accountLines(accounts: readonly string[], options: StoryOptions): readonly string[] {
  const lines = wrap(`Reset these accounts: ${accounts.join(', ')}`, options.columns - INDENT - 1);
  return lines.map((line) => margin() + options.paint('bold', line));
}

function margin(): string {
  return ' '.repeat(INDENT + 1);
}
