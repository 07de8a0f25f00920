/** Which topics to read: by name, or by a pattern that is matched against whole names. */
export interface TopicChoice {
  readonly names?: readonly string[];
  readonly pattern?: RegExp;
}

/** Topics that are never chosen by a pattern: Kafka's own and Sekisho's. */
const INTERNAL = /^(?:__|sekisho\.)/u;

/**
 * The topics to read of those that `exist`, sorted, and what is wanted but not there, in words. A pattern never chooses
 * internal topics; a name may.
 */
export function chooseTopics(
  choice: TopicChoice,
  exist: readonly string[],
): { readonly chosen: readonly string[]; readonly missing: readonly string[] } {
  const { names = [], pattern } = choice;
  const there = new Set(exist);
  const matching =
    pattern === undefined ? [] : exist.filter((topic) => !INTERNAL.test(topic) && isWhole(pattern, topic));
  const missing = names.filter((name) => !there.has(name)).map((name) => `the topic ${name}`);
  if (pattern !== undefined && matching.length === 0) missing.push(`a topic that matches ${pattern.source}`);
  return { chosen: [...new Set([...names.filter((name) => there.has(name)), ...matching])].sort(), missing };
}

function isWhole(pattern: RegExp, topic: string): boolean {
  return pattern.exec(topic)?.[0] === topic;
}
