import type { Consumer, Kafka, PartitionAssigner } from 'kafkajs';

/** As what a consumer joins its group. */
export interface MemberOptions {
  readonly kafka: Kafka;
  readonly group: string;
  readonly assigner?: PartitionAssigner;
}

/**
 * Attempts, one a second, before a consumer gives up and is made anew. A broker that restarts is ridden out as the same
 * member of the group; a new member would have to wait until the group forgets the old one.
 */
const RIDE_OUT = 60;

/** A consumer of kafkajs that ends when it crashes, so that whoever made it makes another; not yet connected. */
export function createMember({ kafka, group, assigner }: MemberOptions): Consumer {
  return kafka.consumer({
    groupId: group,
    maxWaitTimeInMs: 100,
    maxBytes: 16 * 1024 * 1024,
    metadataMaxAge: 30_000,
    sessionTimeout: 10_000,
    heartbeatInterval: 2_000,
    allowAutoTopicCreation: false,
    retry: {
      retries: RIDE_OUT,
      initialRetryTime: 200,
      maxRetryTime: 1_000,
      restartOnFailure: () => Promise.resolve(false),
    },
    ...(assigner !== undefined && { partitionAssigners: [assigner] }),
  });
}
