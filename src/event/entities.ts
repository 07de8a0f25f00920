/** At most this many bytes (counted as UTF-16 units) of an original line travel with a detection. */
export const EVIDENCE_TEXT_LIMIT = 2048;

/**
 * The fields a detection brings along for the alert: what the alert is about. Values are cut at 256 characters.
 *
 * Everything an alert document names (source, user, host, url, user agent …) comes from here, so a field that alerts
 * should show is added to this table and nowhere else.
 */
export const ENTITY_FIELDS = [
  'source.ip',
  'destination.ip',
  'user.name',
  'user.effective.name',
  'user.target.name',
  'group.name',
  'host.name',
  'service.name',
  'process.name',
  'process.command_line',
  'http.request.method',
  'http.response.status_code',
  'url.domain',
  'url.path',
  'url.original',
  'user_agent.original',
  'event.category',
  'event.type',
  'event.action',
  'event.outcome',
  'event.dataset',
] as const;

/** A name of `ENTITY_FIELDS`. */
export type EntityField = (typeof ENTITY_FIELDS)[number];

/** Entity values by field; absent where the event had none. Several values (`event.category`) stay an array. */
export type Entities = { readonly [K in EntityField]?: string | readonly string[] };

/**
 * A bounded, self-contained reference to one event: plain data, safe to keep and to serialise as JSON.
 */
export interface Evidence {
  readonly time: number;
  /** As `formatPosition` writes it. */
  readonly position: string;
  /** The original line, cut at `EVIDENCE_TEXT_LIMIT`. */
  readonly original: string;
  readonly entities: Entities;
}

/** Who and where of one event: what the entity sets of an episode are made of. */
export interface Subject {
  /** `source.ip` */
  readonly ip: string | undefined;
  /** `user.name` */
  readonly user: string | undefined;
  /** `user.target.name` */
  readonly target: string | undefined;
  /** `host.name` */
  readonly host: string | undefined;
}
