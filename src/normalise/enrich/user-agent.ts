import { cutText, detach, type Fields, type FieldValue } from '../../event/index.js';
import type { Derived } from '../derive.js';
import { definitions, type Expression, type Named } from './uap.js';

/** What a user agent says about itself. Names as uap-core gives them, `Other` where it knows none. */
export interface UserAgent {
  readonly name: string;
  readonly version: string | undefined;
  readonly system: Named | undefined;
  readonly device: string;
  /** It calls itself a crawler, or is known as one. */
  readonly isBot: boolean;
  /** A browser without a window, driven by a program. */
  readonly isHeadless: boolean;
}

/** Longer user agents are cut for reading: some of the expressions are not linear. */
const LONGEST = 1024;
/** Agents remembered: sites see few different ones, and each costs about a tenth of a millisecond. */
const REMEMBERED = 4096;

const BOT = /bot\b|crawler|spider|slurp|archiver/i;
const HEADLESS = /headless|phantomjs|puppeteer|playwright|selenium/i;

const known = new Map<string, UserAgent>();
let lastText = '';
let last: UserAgent | undefined;

/**
 * Reads a user agent by uap-core's expressions, so that names are those of Elasticsearch's user agent processor.
 *
 * Never throws for input; bounded whatever the text; the same text again costs one look-up.
 */
export function readUserAgent(text: string): UserAgent {
  if (last !== undefined && text === lastText) return last;
  const read = cutText(text, LONGEST);
  let agent = known.get(read);
  if (agent === undefined) {
    agent = parse(read);
    if (known.size >= REMEMBERED) known.clear();
    known.set(detach(read), agent);
  }
  lastText = text;
  last = agent;
  return agent;
}

function parse(text: string): UserAgent {
  const lower = text.toLowerCase();
  const { userAgents, systems, devices } = definitions();
  const agent = firstOf(userAgents, text, lower);
  const device = firstOf(devices, text, lower)?.name ?? 'Other';
  return {
    name: agent?.name ?? 'Other',
    version: agent?.version,
    system: firstOf(systems, text, lower),
    device,
    isBot: device === 'Spider' || BOT.test(text),
    isHeadless: HEADLESS.test(text),
  };
}

function firstOf(expressions: readonly Expression[], text: string, lower: string): Named | undefined {
  for (const expression of expressions) {
    const named = expression.match(text, lower);
    if (named !== undefined) return { name: detach(named.name), version: named.version && detach(named.version) };
  }
  return undefined;
}

const READERS: Readonly<Record<string, (agent: UserAgent) => FieldValue | undefined>> = {
  'user_agent.name': ({ name }) => name,
  'user_agent.version': ({ version }) => version,
  'user_agent.os.name': ({ system }) => system?.name,
  'user_agent.os.version': ({ system }) => system?.version,
  'user_agent.os.full': ({ system }) =>
    system?.version === undefined ? undefined : `${system.name} ${system.version}`,
  'user_agent.device.name': ({ device }) => device,
  'sekisho.user_agent.bot': ({ isBot }) => isBot || undefined,
  'sekisho.user_agent.headless': ({ isHeadless }) => isHeadless || undefined,
};

/** `user_agent.*` of `user_agent.original`. Source: ECS, "User agent fields"; Elasticsearch's processor for the names. */
export const USER_AGENT: readonly Derived[] = Object.entries(READERS).map(([field, read]) => ({
  field,
  compute: ({ 'user_agent.original': original }: Fields) =>
    typeof original === 'string' && original !== '' ? read(readUserAgent(original)) : undefined,
}));
