import { AssignerProtocol, type GroupMember, type GroupMemberAssignment, type PartitionAssigner } from 'kafkajs';

const VERSION = 1;

/** Topic → partitions. */
export type Assignment = Readonly<Record<string, readonly number[]>>;

/** A member that wants partitions, with those it has. */
export interface StickyMember {
  readonly memberId: string;
  readonly owned: Assignment;
}

/**
 * Shares out partitions so that few of them move and partitions of one number stay together.
 *
 * Units are shared, not partitions: of the topics in `together` all partitions of one number are one unit
 * (detections-3 and state-3 go to one member); every partition of another topic is a unit of its own. Units per member
 * differ by one at most; within that, a member keeps what it has. The same input gives the same answer, whatever the
 * order of members and topics. Cost: units × members at worst.
 */
export function shareOut(
  members: readonly StickyMember[],
  partitions: Assignment,
  together: readonly string[],
): ReadonlyMap<string, Assignment> {
  const sorted = [...members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1));
  const units = unitsOf(partitions, together);
  const shares = new Map(sorted.map(({ memberId }) => [memberId, [] as Unit[]]));
  const free = keepOwned(units, sorted, shares);
  for (const unit of free) {
    const least = [...shares.values()].reduce((best, share) => (share.length < best.length ? share : best));
    least.push(unit);
  }
  return new Map([...shares].map(([memberId, share]) => [memberId, assignmentOf(share)]));
}

/** One or more partitions that go together; `key` names the unit. */
interface Unit {
  readonly key: string;
  readonly parts: readonly { readonly topic: string; readonly partition: number }[];
}

function unitsOf(partitions: Assignment, together: readonly string[]): readonly Unit[] {
  const units = new Map<string, Unit['parts'][number][]>();
  for (const topic of Object.keys(partitions).sort()) {
    for (const partition of partitions[topic] ?? []) {
      const key = together.includes(topic) ? `#${partition}` : `${topic}#${partition}`;
      units.set(key, [...(units.get(key) ?? []), { topic, partition }]);
    }
  }
  return [...units]
    .map(([key, parts]) => ({ key, parts }))
    .sort((a, b) => a.parts[0]!.partition - b.parts[0]!.partition);
}

/** Gives each member what it has, up to its fair number; returns the units left. The first `extra` may have one more. */
function keepOwned(
  units: readonly Unit[],
  members: readonly StickyMember[],
  shares: ReadonlyMap<string, Unit[]>,
): readonly Unit[] {
  const fair = Math.floor(units.length / members.length);
  let extra = units.length % members.length;
  const left = new Set(units);
  for (const { memberId, owned } of members) {
    const share = shares.get(memberId) as Unit[];
    for (const unit of units) {
      if (!left.has(unit) || !unit.parts.every(({ topic, partition }) => owned[topic]?.includes(partition))) continue;
      if (share.length > fair || (share.length === fair && extra === 0)) continue;
      if (share.length === fair) extra--;
      share.push(unit);
      left.delete(unit);
    }
  }
  return [...left];
}

function assignmentOf(units: readonly Unit[]): Assignment {
  const assignment: Record<string, number[]> = {};
  for (const { topic, partition } of units.flatMap(({ parts }) => parts)) {
    (assignment[topic] ??= []).push(partition);
  }
  return assignment;
}

/**
 * The assigner for kafkajs: `shareOut` with what each member had before, which members tell when they join.
 *
 * `owned` is asked at every join for what this member has at that moment.
 */
export function stickyAssigner(together: readonly string[], owned: () => Assignment): PartitionAssigner {
  return ({ cluster }) => ({
    name: 'sekisho-sticky',
    version: VERSION,
    protocol: ({ topics }) => ({
      name: 'sekisho-sticky',
      metadata: AssignerProtocol.MemberMetadata.encode({
        version: VERSION,
        topics,
        userData: Buffer.from(JSON.stringify(owned())),
      }),
    }),
    assign: async ({ members, topics }): Promise<GroupMemberAssignment[]> => {
      const partitions = Object.fromEntries(
        topics.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId)]),
      );
      const shares = shareOut(members.map(memberOf), partitions, together);
      return [...shares].map(([memberId, assignment]) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({
          version: VERSION,
          assignment: assignment as Record<string, number[]>,
          userData: Buffer.alloc(0),
        }),
      }));
    },
  });
}

function memberOf({ memberId, memberMetadata }: GroupMember): StickyMember {
  const metadata = AssignerProtocol.MemberMetadata.decode(memberMetadata);
  return { memberId, owned: ownedOf(metadata?.userData) };
}

/** What a member says it has; nothing where that can't be read (a member of another version). */
function ownedOf(userData: Buffer | undefined): Assignment {
  try {
    const parsed: unknown = JSON.parse(userData?.toString() ?? '');
    return typeof parsed === 'object' && parsed !== null ? (parsed as Assignment) : {};
  } catch {
    return {};
  }
}
