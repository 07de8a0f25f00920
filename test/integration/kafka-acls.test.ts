import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, type Admin, ResourcePatternTypes } from 'kafkajs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ElasticsearchAddress, type Servers, startServers } from '../../deploy/servers.mjs';
import type { Acl } from '../../src/engine/setup/acls.js';
import { createTopic, send, withAdmin } from '../support/kafka.js';
import { describeWithServers, elasticsearch } from '../support/servers.js';
import { Member } from '../support/site.js';
import { BRUTE_FORCE, build, failedLine, Folder, sekisho, start } from './cli.js';

const ROLES = ['detector', 'correlator', 'indexer'] as const;
/** Users who each lack one of the ACLs. */
const LACKING = Array.from({ length: 5 }, (_, n) => `lacks-${n}`);
const TOPIC = 'auth';

describeWithServers('the ACLs that setup prints', ['kafka', 'elasticsearch'], () => {
  let servers: Servers;
  let cluster: Required<ElasticsearchAddress>;
  let folder: Folder;
  const members: Member[] = [];

  beforeAll(async () => {
    build();
    servers = await startServers({ kafka: { secure: true, users: [...ROLES, ...LACKING] } });
    cluster = await elasticsearch();
    folder = new Folder();
    folder.write('rules/brute.yml', BRUTE_FORCE);
    await createTopic(servers.kafka, TOPIC);
  });
  afterAll(async () => {
    for (const member of members) await member.kill();
    folder.remove();
    await servers.stop();
  });

  const env = () => ({ ES_PASSWORD: cluster.password, KAFKA_PASSWORD: servers.kafka.secure?.password });

  function configOf(user: string): string {
    const { brokers, ca } = servers.kafka.secure as NonNullable<typeof servers.kafka.secure>;
    const sasl = { mechanism: 'plain', username: user, password: '${env:KAFKA_PASSWORD}' };
    const { node, username } = cluster;
    const output = { type: 'elasticsearch', nodes: [node], username, password: '${env:ES_PASSWORD}', ca: cluster.ca };
    return folder.write(
      `${user}.yml`,
      JSON.stringify({
        kafka: { brokers, tls: { ca }, sasl, site: { partitions: 2 } },
        inputs: [{ topics: [TOPIC], type: 'auth', group: 'raw', start: 'earliest' }],
        outputs: [{ ...output, events: true }],
        rules: './rules',
        timezone: 'UTC',
        http: null,
      }),
    );
  }

  interface Plan {
    readonly acls: readonly Acl[];
    readonly aclCommands: readonly string[];
  }

  async function planOf(user: string): Promise<Plan> {
    const { stdout, stderr } = await sekisho(['setup', '-c', configOf(user), '--dry-run', '--json'], { env: env() });
    expect(stdout, stderr).not.toBe('');
    return (JSON.parse(stdout) as { readonly plan: Plan }).plan;
  }

  /** As `kafka-acls` does with the words of the plan. */
  async function grant(admin: Admin, user: string, acls: readonly Acl[]): Promise<void> {
    const acl = acls.flatMap(({ resource, name, match, operations }) =>
      operations.map((operation) => ({
        resourceType: RESOURCES[resource],
        resourceName: name,
        resourcePatternType: match === 'literal' ? ResourcePatternTypes.LITERAL : ResourcePatternTypes.PREFIXED,
        principal: `User:${user}`,
        host: '*',
        operation: OPERATIONS[operation] as AclOperationTypes,
        permissionType: AclPermissionTypes.ALLOW,
      })),
    );
    await admin.createAcls({ acl });
  }

  /** Runs a printed command with Kafka's own tool, by the listener where nobody is asked who he is. */
  async function carryOut(command: string): Promise<void> {
    const { java, classPath } = servers.kafka.tools;
    const [tool, ...args] = command.replaceAll("'", '').split(' ');
    expect(tool).toBe('kafka-acls');
    args[args.indexOf('--bootstrap-server') + 1] = servers.kafka.brokers.join();
    const jvm = ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', classPath];
    await promisify(execFile)(java, [...jvm, 'org.apache.kafka.tools.AclCommand', ...args]);
  }

  it('are enough for setup, check and each role, and each of them is needed', async () => {
    const [first, ...others] = ROLES;
    const { acls, aclCommands } = await planOf(first);
    expect(acls).toHaveLength(LACKING.length);
    await Promise.all(aclCommands.map(carryOut));
    await withAdmin(servers.kafka, async (admin) => {
      for (const user of others) await grant(admin, user, acls);
      for (const [n, user] of LACKING.entries()) await grant(admin, user, acls.toSpliced(n, 1));
    });
    const made = await sekisho(['setup', '-c', configOf(first)], { env: env() });
    expect([made.code, made.stdout]).toEqual([0, expect.stringMatching(/^created +sekisho\.events/mu)]);

    const lines = Array.from({ length: 6 }, (_, n) => failedLine(n, '203.0.113.9'));
    await send(servers.kafka, TOPIC, lines);
    for (const role of ROLES) {
      members.push(new Member(start(['run', '-c', configOf(role), '--role', role], { env: env() })));
    }
    const indexed = async (group: string, topic: string): Promise<number> => {
      const [offsets] = await withAdmin(servers.kafka, (admin) =>
        admin.fetchOffsets({ groupId: group, topics: [topic] }),
      );
      return (offsets?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
    };
    await expect.poll(() => indexed('sekisho-indexers', 'sekisho.alerts')).toBeGreaterThan(0);
    await expect.poll(() => indexed('sekisho-event-indexers', 'sekisho.events')).toBe(lines.length);
    expect(members.map(({ stderr }) => stderr).join('')).not.toMatch(/authoriz/iu);

    const checks = await Promise.all(
      [first, ...LACKING].map((user) => sekisho(['check', '-c', configOf(user)], { env: env() })),
    );
    expect(checks[0]?.code).toBe(0);
    for (const [n, { code, stdout }] of checks.slice(1).entries()) expect([code, stdout]).toEqual([1, CHECKED[n]]);
  });

  it('are named by run too where one of a group is lacking', async () => {
    const member = new Member(start(['run', '-c', configOf('lacks-1')], { env: env() }));
    members.push(member);
    await expect.poll(() => member.stderr).toMatch(/the group raw: .* may lack an ACL on the group/u);
  });
});

/** What `check` says, by the ACL that is lacking: raw topic, raw group, site's topics, groups, transactional ids. */
const CHECKED: readonly unknown[] = [
  /: the topic auth is not there, or may not be described/u,
  /: reading auth as the group raw-check: .* may lack an ACL on the group/u,
  /: sekisho\.state is not there: run sekisho setup, or let this user describe it/u,
  /: reading sekisho\.alerts, .* as the group sekisho-correlators-check: .* may lack an ACL on the group/u,
  /: transactions as sekisho-correlators-check: .* may lack an ACL on the group or transactional id/u,
].map((text) => expect.stringMatching(text) as unknown);

const RESOURCES = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  'transactional-id': AclResourceTypes.TRANSACTIONAL_ID,
} as const;

const OPERATIONS: Readonly<Record<string, AclOperationTypes>> = {
  Create: AclOperationTypes.CREATE,
  Describe: AclOperationTypes.DESCRIBE,
  DescribeConfigs: AclOperationTypes.DESCRIBE_CONFIGS,
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
};
