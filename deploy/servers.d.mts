/** A broker's addresses; `secure` is the listener with TLS and SASL (plain, scram-sha-256, scram-sha-512). */
export interface KafkaAddress {
  readonly brokers: readonly string[];
  /** To run Kafka's own command line tools: `java -cp classPath org.apache.kafka.tools.ConsoleProducer …`. */
  readonly tools: { readonly java: string; readonly classPath: string };
  readonly secure?: {
    readonly brokers: readonly string[];
    readonly ca: string;
    readonly username: string;
    readonly password: string;
  };
  readonly pid: number;
}

/** A node's address; with `secure`: the certificate to trust and the first user. */
export interface ElasticsearchAddress {
  readonly node: string;
  readonly ca?: string;
  readonly username?: string;
  readonly password?: string;
  /** With `secure`: users with these rights are there too, called as their role, with the same password. */
  readonly roles?: Readonly<Record<'member' | 'reader', object>>;
  readonly pid: number;
}

export type ServerName = 'kafka' | 'elasticsearch';

export interface ServerOptions {
  readonly secure?: boolean;
  /** Kafka, with `secure`: more users of SASL PLAIN, of the same password, who may do only what ACLs allow. */
  readonly users?: readonly string[];
  /** Ports to try first, whoever holds them; then free ones. */
  readonly ports?: readonly number[];
}

export type WardenRequest =
  | { readonly do: 'start'; readonly server: ServerName; readonly options?: ServerOptions }
  | { readonly do: 'kill' | 'restart'; readonly server: ServerName }
  | { readonly do: 'stop' };

export interface Servers {
  readonly dir: string;
  readonly kafka: KafkaAddress;
  readonly elasticsearch: ElasticsearchAddress;
  kill(server: ServerName): Promise<null>;
  restart(server: ServerName): Promise<KafkaAddress | ElasticsearchAddress>;
  stop(): Promise<void>;
}

export function missingFor(name: ServerName): string | undefined;
export function getServers(names: readonly ServerName[], say: (line: string) => void): Promise<void>;
export function openWarden(): Promise<{ readonly dir: string; readonly close: () => Promise<void> }>;
export function askWarden(dir: string, request: WardenRequest): Promise<unknown>;
export function startServers(wanted: { readonly [K in ServerName]?: ServerOptions }): Promise<Servers>;
