import { afterAll, afterEach, beforeAll } from 'vitest';
import type { ElasticsearchAddress, KafkaAddress } from '../../deploy/servers.mjs';
import { build, Folder } from '../integration/cli.js';
import { elasticsearch, kafka } from './servers.js';
import { Site } from './site.js';

/** What the tests of one `describe` about sites share: this run's servers, and a folder of rules. Ends what a test opened. */
export class SiteTests {
  servers!: { readonly kafka: Required<KafkaAddress>; readonly elasticsearch: Required<ElasticsearchAddress> };
  folder!: Folder;
  #site: Site | undefined;

  /** `rules` are the text of a rule file in the folder's `rules`. */
  constructor(rules: string) {
    beforeAll(async () => {
      build();
      this.servers = { kafka: await kafka(), elasticsearch: await elasticsearch() };
      this.folder = new Folder();
      this.folder.write('rules/rules.yml', rules);
    });
    afterEach(() => this.#site?.end());
    afterAll(() => this.folder.remove());
  }

  /** A site with these rules, set up; `settings` as of `Site`. */
  async open(
    site: Omit<ConstructorParameters<typeof Site>[1], 'folder'>,
    settings: Readonly<Record<string, unknown>> = {},
    between: ConstructorParameters<typeof Site>[0] = this.servers,
  ): Promise<Site> {
    const own = new Site(between, { ...site, folder: this.folder }, { rules: './rules', ...settings });
    this.#site = own;
    await own.setup();
    return own;
  }
}
