import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { root } from '../house/sources.js';

/** What an editor underlines: the line, from 1, and the message. */
export interface Complaint {
  readonly line: number;
  readonly message: string;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}
interface Diagnostics {
  readonly uri: string;
  readonly diagnostics: readonly { readonly message: string; readonly range: { readonly start: { line: number } } }[];
}

const server = createRequire(import.meta.url).resolve('yaml-language-server/bin/yaml-language-server');

/**
 * An editor with yaml-language-server, the server behind YAML in VS Code, Neovim, Helix and Emacs, spoken to over its pipe as
 * editors do (Language Server Protocol 3.17). Files ending in `.yml` have the schema of `deploy/`. Close it at the end.
 */
export class Editor {
  readonly #server: ChildProcessWithoutNullStreams;
  readonly #answers = new Map<number, (result: unknown) => void>();
  readonly #checked = new Map<string, (found: readonly Complaint[]) => void>();
  #input = Buffer.alloc(0);
  #last = 0;

  constructor() {
    this.#server = spawn(process.execPath, [server, '--stdio']);
    this.#server.stdout.on('data', (bytes: Buffer) => this.#read(bytes));
  }

  /** Says hello and hands over the settings. */
  async start(): Promise<void> {
    await this.#ask('initialize', { processId: process.pid, rootUri: null, capabilities: CAPABILITIES });
    this.#send({ method: 'initialized', params: {} });
  }

  /** What is underlined in a file of this name and text. */
  check(name: string, text: string): Promise<readonly Complaint[]> {
    const uri = uriOf(name);
    return new Promise((resolve) => {
      this.#checked.set(uri, resolve);
      this.#send({
        method: 'textDocument/didOpen',
        params: { textDocument: { uri, languageId: 'yaml', version: 1, text } },
      });
    });
  }

  /** What is offered where `¦` stands in a text. */
  async complete(name: string, marked: string): Promise<readonly string[]> {
    const result = await this.#at('textDocument/completion', name, marked);
    return (result as { items: readonly { label: string }[] }).items.map(({ label }) => label);
  }

  /** What is told of the word at `¦`. */
  async hover(name: string, marked: string): Promise<string> {
    const result = await this.#at('textDocument/hover', name, marked);
    return (result as { contents: { value: string } }).contents.value;
  }

  close(): void {
    this.#server.kill();
  }

  async #at(method: string, name: string, marked: string): Promise<unknown> {
    const before = marked.slice(0, marked.indexOf('¦')).split('\n');
    await this.check(name, marked.replace('¦', ''));
    const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
    return this.#ask(method, { textDocument: { uri: uriOf(name) }, position });
  }

  #ask(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#last;
    return new Promise((resolve) => {
      this.#answers.set(id, resolve);
      this.#send({ id, method, params });
    });
  }

  #send(message: Message): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #read(bytes: Buffer): void {
    this.#input = Buffer.concat([this.#input, bytes]);
    for (;;) {
      const end = this.#input.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/.exec(this.#input.toString('latin1', 0, end))?.[1]);
      if (this.#input.length < end + 4 + length) return;
      const body = this.#input.toString('utf8', end + 4, end + 4 + length);
      this.#input = this.#input.subarray(end + 4 + length);
      this.#receive(JSON.parse(body) as Message);
    }
  }

  #receive({ id, method, params, result }: Message): void {
    if (id !== undefined && method !== undefined) {
      const items = (params as { items?: readonly { section: string }[] }).items ?? [];
      const settings = items.map(({ section }) => (section === 'yaml' ? SETTINGS : {}));
      this.#send({ id, result: method === 'workspace/configuration' ? settings : null });
    } else if (id !== undefined) {
      this.#answers.get(id)?.(result);
      this.#answers.delete(id);
    } else if (method === 'textDocument/publishDiagnostics') this.#publish(params as Diagnostics);
  }

  #publish({ uri, diagnostics }: Diagnostics): void {
    this.#checked.get(uri)?.(diagnostics.map(({ message, range }) => ({ line: range.start.line + 1, message })));
  }
}

const uriOf = (name: string): string => pathToFileURL(`/rules/${name}`).href;
const CAPABILITIES = {
  textDocument: { completion: { completionItem: { snippetSupport: true } }, publishDiagnostics: {} },
  workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
};
/** As in an editor's own settings: README.md shows them. */
const SETTINGS = {
  validate: true,
  completion: true,
  hover: true,
  schemaStore: { enable: false },
  schemas: { [pathToFileURL(`${root}deploy/schema/rule.json`).href]: ['*.yml'] },
};
