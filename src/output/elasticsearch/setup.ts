import { createHash } from 'node:crypto';
import { type Client, errors } from '@elastic/elasticsearch';
import { type ElasticsearchSettings, openClient } from './client.js';
import { EVENT_INDEX_PATTERN, EVENT_TEMPLATE } from './event-template.js';
import { ALERT_INDEX_PATTERN, ALERT_TEMPLATE, type IndexTemplate, type Mapping } from './template.js';

/** What was found or done about the template. `newer`: put by a later Sekisho, and left alone. */
export type TemplateOutcome = 'created' | 'updated' | 'unchanged' | 'newer';

/** What a cluster is used for beside alerts: deleting old months, holding every event, deleting old days of those. */
export interface ClusterUse {
  readonly retention?: boolean;
  readonly events?: boolean;
  readonly eventRetention?: boolean;
}

const DELETES = ['view_index_metadata', 'delete_index'] as const;

/** The least that a member's user or key needs, as the body of a role. Deleting only with a retention. */
export function memberRole({ retention = false, events = false, eventRetention = false }: ClusterUse): {
  readonly cluster: string[];
  readonly indices: { readonly names: string[]; readonly privileges: string[] }[];
} {
  const privileges = ['create_index', 'index', 'read', ...(retention ? DELETES : [])];
  const ofEvents = {
    names: [EVENT_INDEX_PATTERN],
    privileges: ['create_index', 'index', ...(eventRetention ? DELETES : [])],
  };
  return {
    cluster: ['monitor'],
    indices: [{ names: [ALERT_INDEX_PATTERN], privileges }, ...(events ? [ofEvents] : [])],
  };
}

/** The least that `setup` needs beside that. */
export function setupRole({ events = false }: ClusterUse = {}): ReturnType<typeof memberRole> {
  return {
    cluster: ['monitor', 'manage_index_templates'],
    indices: [ALERT_INDEX_PATTERN, ...(events ? [EVENT_INDEX_PATTERN] : [])].map((pattern) => ({
      names: [pattern],
      privileges: ['view_index_metadata', 'manage'],
    })),
  };
}

/** The template as it is put, with a digest of itself by which a later look tells whether it is this one. */
export function markedTemplate({ body }: IndexTemplate = ALERT_TEMPLATE): IndexTemplate['body'] {
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 16);
  return { ...body, _meta: { ...body._meta, digest } };
}

/**
 * Puts the index template unless it is there already; with `dryRun` only says what it would do. Who may not look at it
 * (403) may still be allowed to put it. Rejects as the client does.
 */
export async function ensureTemplate(
  client: Client,
  {
    dryRun = false,
    signal,
    template = ALERT_TEMPLATE,
  }: { readonly dryRun?: boolean; readonly signal?: AbortSignal; readonly template?: IndexTemplate } = {},
): Promise<TemplateOutcome> {
  const { name } = template;
  const wanted = markedTemplate(template);
  const options = signal === undefined ? {} : { signal };
  const known = await client.indices.getIndexTemplate({ name }, options).catch(absentOrHidden);
  const there = known?.index_templates[0]?.index_template;
  if (there?._meta?.['digest'] === wanted._meta['digest']) return 'unchanged';
  if ((there?.version ?? 0) > wanted.version) return 'newer';
  if (!dryRun) await client.indices.putIndexTemplate({ name, ...wanted }, options);
  return there === undefined ? 'created' : 'updated';
}

function absentOrHidden(error: unknown): undefined {
  if (error instanceof errors.ResponseError && (error.statusCode === 404 || error.statusCode === 403)) return undefined;
  throw error;
}

/**
 * What `setup` does to a cluster: the template for months to come, and its mapping added to the indices that exist (new
 * fields become searchable from then on). The same again changes nothing; `dryRun` changes nothing at all.
 *
 * Rejects as the client does: out of reach, not allowed, or an index whose mapping contradicts the template.
 */
export async function setupCluster(
  settings: ElasticsearchSettings,
  { dryRun = false, events = false }: { readonly dryRun?: boolean } & ClusterUse = {},
): Promise<TemplateOutcome> {
  return withClient(settings, async (client) => {
    const outcome = await ensureTemplate(client, { dryRun });
    if (!dryRun && outcome !== 'newer') await extendMappings(client);
    if (events) await ensureTemplate(client, { dryRun, template: EVENT_TEMPLATE });
    return outcome;
  });
}

async function extendMappings(client: Client): Promise<void> {
  const { properties } = markedTemplate().template.mappings as { properties: Mapping };
  const mapping = { index: ALERT_INDEX_PATTERN, properties, allow_no_indices: true } as Parameters<
    Client['indices']['putMapping']
  >[0];
  await client.indices.putMapping(mapping).catch(absentOrThrow);
}

function absentOrThrow(error: unknown): void {
  if (!(error instanceof errors.ResponseError && error.statusCode === 404)) throw error;
}

/**
 * Asks a cluster whether it answers and what this user may do, without changing anything. Returns what is wrong in
 * sentences; nothing: all is well. Where the cluster asks nobody who he is, everybody may do everything.
 */
export async function checkCluster(settings: ElasticsearchSettings, use: ClusterUse = {}): Promise<readonly string[]> {
  try {
    return await withClient(settings, async (client) => {
      const problems = await missingRights(client, use);
      const template = problems.length > 0 ? 'unchanged' : await ensureTemplate(client, { dryRun: true });
      if (template === 'created')
        problems.push(`the index template ${ALERT_TEMPLATE.name} is not there: run sekisho setup`);
      if (
        use.events === true &&
        (await ensureTemplate(client, { dryRun: true, template: EVENT_TEMPLATE })) === 'created'
      )
        problems.push(`the index template ${EVENT_TEMPLATE.name} is not there: run sekisho setup`);
      if (template === 'updated')
        problems.push(`the index template ${ALERT_TEMPLATE.name} is an older one: run sekisho setup`);
      return problems;
    });
  } catch (error) {
    return [reasonOf(error)];
  }
}

/** Source: Elasticsearch, "Check user privileges" (`POST /_security/user/_has_privileges`). */
async function missingRights(client: Client, use: ClusterUse): Promise<string[]> {
  const { cluster, indices: index } = memberRole(use);
  try {
    const answer = await client.security.hasPrivileges({ cluster, index });
    const onIndex = Object.entries(answer.index).flatMap(([name, held]) =>
      lacking(held as Readonly<Record<string, boolean>>).map((right) => `${right} on ${name}`),
    );
    const lacks = [...lacking(answer.cluster), ...onIndex];
    return lacks.length === 0 ? [] : [`the user ${answer.username} lacks the rights ${lacks.join(', ')}`];
  } catch (error) {
    if (!(error instanceof errors.ResponseError) || !isWithoutSecurity(error)) throw error;
    await client.cluster.health();
    return [];
  }
}

/** Without security the server has no such request: it says 400, 404, 405 or 500 ("Security must be explicitly enabled"). */
function isWithoutSecurity(error: errors.ResponseError): boolean {
  return error.statusCode !== 401 && error.statusCode !== 403 && error.statusCode !== 503;
}

function lacking(held: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.keys(held).filter((right) => held[right] === false);
}

async function withClient<T>(settings: ElasticsearchSettings, work: (client: Client) => Promise<T>): Promise<T> {
  const client = openClient(settings);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** A failed request in a sentence: the server's own words, or what the network said. */
export function reasonOf(error: unknown): string {
  if (error instanceof errors.ResponseError) {
    const { statusCode = 0 } = error;
    const cause = (error.body as { error?: { reason?: string } } | undefined)?.error?.reason;
    return `answered ${statusCode}${cause === undefined ? '' : `: ${cause}`}`;
  }
  return error instanceof Error ? error.message : String(error);
}
