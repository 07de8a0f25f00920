/** What kafkajs says where a group or transactional id may not be used: it hides the broker's own words. */
const NO_COORDINATOR = /find group coordinator/u;

/** Why something failed, in a sentence: the library's words, with what to look at where they don't tell. */
export function brokerReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (!NO_COORDINATOR.test(text)) return text;
  return `${text}: this user may lack an ACL on the group or transactional id (sekisho setup --dry-run prints them), or the brokers have just started`;
}

/** Says that topics are waited for; undefined where none is missing. */
export function waitingFor(missing: readonly string[]): string | undefined {
  if (missing.length === 0) return undefined;
  return `Kafka: waiting for ${missing.join(', ')}, until it is made, and this user may describe it`;
}
