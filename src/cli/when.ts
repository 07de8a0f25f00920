/** Writes moments and spans of one zone the way people read them. */
export class Clock {
  readonly #format: Intl.DateTimeFormat;

  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
  }

  /** `2026-03-11 20:12:03` of an ISO text or epoch ms; `-` for what is no time. */
  moment(moment: unknown): string {
    const time = typeof moment === 'string' ? Date.parse(moment) : typeof moment === 'number' ? moment : NaN;
    return Number.isFinite(time) ? this.#format.format(time) : '-';
  }

  /** `2026-03-11 20:12:03 – 20:27:00`: the day is not said twice; one moment where both are the same second. */
  span(start: unknown, end: unknown): string {
    const [from, to] = [this.moment(start), this.moment(end)];
    if (from === to || to === '-') return from;
    return `${from} – ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to}`;
  }
}
