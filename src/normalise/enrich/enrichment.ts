import { type Failure, type Fields, type FieldValue, LIST_PREFIX } from '../../event/index.js';
import type { Derived } from '../derive.js';
import { readAssets, type Assets } from './assets.js';
import { type AddressReader, asnReaders, cityReaders } from './databases.js';
import { type ListKind, type ListSettings, readList, type WatchList } from './lists.js';
import { WatchedFile } from './watched-file.js';

/** The operator's own data, by where they lie: plain data, so that it crosses to a worker thread. */
export interface EnrichmentSettings {
  /** By name; rules ask by it. */
  readonly lists: Readonly<Record<string, ListSettings>>;
  /** A file of assets. */
  readonly assets: string | undefined;
  /** Databases in MaxMind's format. */
  readonly city: string | undefined;
  readonly asn: string | undefined;
}

/** Fields whose value each kind of list is held against where a rule names none (`sekisho.lists`). */
export const LISTED_FIELDS: Readonly<Record<ListKind, readonly string[]>> = {
  ip: ['source.ip', 'destination.ip', 'client.ip', 'server.ip'],
  domain: ['url.domain', 'dns.question.name', 'destination.domain', 'source.domain', 'tls.client.server_name'],
  text: [
    'user.name',
    'user.target.name',
    'file.hash.sha256',
    'file.hash.md5',
    'process.hash.sha256',
    'process.hash.md5',
  ],
};

const ASSET_FIELDS = ['host.name', 'host.hostname', 'host.ip', 'destination.ip', 'server.ip'];
const SIDES = ['source', 'destination'];

interface NamedList {
  readonly kind: ListKind;
  readonly file: WatchedFile<WatchList>;
}

type Database = WatchedFile<ReadonlyMap<string, AddressReader>>;

/**
 * The operator's lists, assets and databases, as fields that events are given where a rule reads them or an alert shows
 * them: `sekisho.lists`, `sekisho.list.<field>`, `sekisho.asset.{role,criticality}`, `source.geo.*`, `source.as.*`.
 *
 * Files are read when made and again when `refresh` finds them changed. One that can't be read is reported; what was
 * read of it before stays in force.
 */
export class Enrichment {
  readonly #lists: ReadonlyMap<string, NamedList>;
  readonly #assets: WatchedFile<Assets> | undefined;
  readonly #city: Database | undefined;
  readonly #asn: Database | undefined;

  constructor({ lists, assets, city, asn }: EnrichmentSettings, report: (failure: Failure) => void) {
    this.#lists = new Map(
      Object.entries(lists).map(([name, list]) => [
        name,
        {
          kind: list.kind,
          file: new WatchedFile(list.path, (bytes) => readList(bytes.toString('utf8'), list, report), report),
        },
      ]),
    );
    const readAssetFile = (path: string) => (bytes: Buffer) => readAssets(bytes.toString('utf8'), path, report);
    if (assets !== undefined) this.#assets = new WatchedFile(assets, readAssetFile(assets), report);
    if (city !== undefined) this.#city = new WatchedFile(city, cityReaders, report);
    if (asn !== undefined) this.#asn = new WatchedFile(asn, asnReaders, report);
    this.refresh();
  }

  /** Reads what changed since it was read last. True where anything did. One look at each file. */
  refresh(): boolean {
    let isChanged = false;
    for (const { file } of this.#lists.values()) if (file.refresh()) isChanged = true;
    for (const file of [this.#assets, this.#city, this.#asn]) if (file?.refresh() === true) isChanged = true;
    return isChanged;
  }

  /** The entries of each list, for placeholders of rules (`%name%`). */
  entries(): ReadonlyMap<string, readonly string[]> {
    return new Map([...this.#lists].map(([name, { file }]) => [name, file.content?.entries ?? []]));
  }

  /** The fields asked for that come of these data; `all`: every one, lists by their kind's usual fields. */
  derived(asked: ReadonlySet<string> | 'all'): readonly Derived[] {
    const named = asked === 'all' ? this.#usualFields() : [...asked].filter((field) => field.startsWith(LIST_PREFIX));
    const always = [
      ...this.#places(),
      ...this.#assetFields(),
      { field: 'sekisho.lists', compute: (f: Fields) => this.#listsOf(f) },
    ];
    return [
      ...always.filter(({ field }) => asked === 'all' || asked.has(field)),
      ...named.map((field) => ({
        field,
        compute: (fields: Fields) => this.#listsWith(fields[field.slice(LIST_PREFIX.length)]),
      })),
    ];
  }

  #usualFields(): readonly string[] {
    const kinds = new Set([...this.#lists.values()].map(({ kind }) => kind));
    return [...kinds].flatMap((kind) => LISTED_FIELDS[kind].map((field) => `${LIST_PREFIX}${field}`));
  }

  #places(): Derived[] {
    const below = (file: Database | undefined, set: string): Derived[] =>
      [...(file?.content?.keys() ?? [])].flatMap((part) =>
        SIDES.map((side) => ({
          field: `${side}.${set}.${part}`,
          compute: (fields: Fields) => {
            const address = fields[`${side}.ip`];
            return typeof address === 'string' ? file?.content?.get(part)?.(address) : undefined;
          },
        })),
      );
    return [...below(this.#city, 'geo'), ...below(this.#asn, 'as')];
  }

  #assetFields(): Derived[] {
    if (this.#assets === undefined) return [];
    return (['role', 'criticality'] as const).map((part) => ({
      field: `sekisho.asset.${part}`,
      compute: (fields: Fields) => this.#assetOf(fields)?.[part] || undefined,
    }));
  }

  #assetOf(fields: Fields): { readonly role: string; readonly criticality: string } | undefined {
    for (const field of ASSET_FIELDS) {
      for (const value of textsOf(fields[field])) {
        const asset = this.#assets?.content?.find(value);
        if (asset !== undefined) return asset;
      }
    }
    return undefined;
  }

  #listsOf(fields: Fields): FieldValue | undefined {
    const names: string[] = [];
    for (const [name, { file, kind }] of this.#lists) {
      if (
        LISTED_FIELDS[kind].some((field) => textsOf(fields[field]).some((value) => file.content?.has(value) === true))
      )
        names.push(name);
    }
    return names.length === 0 ? undefined : names;
  }

  #listsWith(value: FieldValue | undefined): FieldValue | undefined {
    const texts = textsOf(value);
    if (texts.length === 0) return undefined;
    const names = [...this.#lists].filter(([, { file }]) => texts.some((text) => file.content?.has(text) === true));
    return names.length === 0 ? undefined : names.map(([name]) => name);
  }
}

function textsOf(value: FieldValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
