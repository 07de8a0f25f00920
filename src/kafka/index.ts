export { brokerReason } from './reason.js';
export { openClient, type KafkaLog, type KafkaSettings } from './client.js';
export { type ConsumerOptions, GroupConsumer } from './consumer.js';
export { chooseTopics, type TopicChoice } from './choice.js';
export { type Gap, gapBefore } from './place.js';
export { committedOf, type Extent, extentsOf, keyOf, type StartAt } from './offsets.js';
export { type KafkaRecord, RecordColumns } from './wire/columns.js';
export { Fetched, type PartitionStream, type Taken, type TopicPartition } from './partition.js';
export { readThrough, type ReadThrough } from './restore.js';
export { type Assignment, shareOut, stickyAssigner } from './assigner.js';
export {
  type CommitOutcome,
  openIdempotentProducer,
  settle,
  type TopicMessages,
  TransactionalWriter,
  type TransactionOptions,
} from './producers.js';
export { chunksOf } from './chunks.js';
export { type PartitionMessage, SteadyWriter, type SteadyOptions } from './steady.js';
export {
  createTopics,
  ensureTopics,
  layoutOf,
  type LayoutOptions,
  topicName,
  type TopicOutcome,
  type TopicPlan,
  type TopicRole,
  verifyTopics,
} from './topics.js';
export { type RightsWanted, tryRights } from './rights.js';
export {
  awaitSite,
  type AwaitOptions,
  siteNames,
  type SiteNames,
  type SiteSettings,
  siteTopics,
} from './site-topics.js';
