import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from '../house/sources.js';

const text = (file: string): string => readFileSync(join(root, 'deploy', file), 'utf8');

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const compose = parse(text('compose.yml')) as { services: Record<string, Service>; volumes: Record<string, null> };
const services = Object.entries(compose.services);

it('compose.yml names only services, volumes and files that are there', () => {
  for (const [name, { depends_on = {}, volumes = [] }] of services) {
    for (const other of Object.keys(depends_on)) expect(compose.services, name).toHaveProperty(other);
    for (const [source = ''] of volumes.map((volume) => volume.split(':'))) {
      if (source.startsWith('.')) expect(existsSync(join(root, 'deploy', source)), source).toBe(true);
      else expect(Object.keys(compose.volumes), name).toContain(source);
    }
  }
  const { context, dockerfile } = compose.services['sekisho']?.build as NonNullable<Service['build']>;
  expect(existsSync(join(root, 'deploy', context, dockerfile))).toBe(true);
});

it('compose.yml publishes ports on loopback alone', () => {
  const ports = services.flatMap(([, service]) => service.ports ?? []);
  expect(ports.length).toBeGreaterThan(3);
  expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
});

it('compose.yml sets exactly the environment that its configuration asks for', () => {
  const asked = [...text('compose.sekisho.yml').matchAll(/\$\{env:(\w+)\}/gu)].map(([, name]) => name);
  expect(Object.keys(compose.services['sekisho']?.environment ?? {}).sort()).toEqual(asked.sort());
});

it('compose.yml has the versions that the tests run against', () => {
  const pom = (name: string): string => text(`servers/${name}.pom.xml`);
  const kafka = /<kafka.version>([\d.]+)</u.exec(pom('kafka'))?.[1];
  const elasticsearch = /<version>(\d+\.\d+\.\d+)<\/version>\s*<type>zip/u.exec(pom('elasticsearch'))?.[1];
  const images = services.flatMap(([, { image }]) => image ?? []);
  expect(new Set(images)).toEqual(
    new Set([`apache/kafka:${kafka}`, `elasticsearch:${elasticsearch}`, `kibana:${elasticsearch}`]),
  );
});

it('the Dockerfile copies only what is there and reaches the build', () => {
  const ignore = text('Dockerfile.dockerignore').split('\n');
  const copied = [...text('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gmu)].flatMap(([, files = '']) =>
    files.split(' '),
  );
  expect(copied.length).toBeGreaterThan(8);
  for (const file of copied) {
    expect(existsSync(join(root, file)), file).toBe(true);
    expect(ignore, file).toContain(`!${file}`);
  }
});

it('the Dockerfile and the unit start a command that there is', () => {
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { bin: { sekisho: string } };
  expect(text('Dockerfile')).toContain(`ENTRYPOINT ["node", "${bin.sekisho}"]`);
  expect(text('Dockerfile')).toContain('CMD ["run", "-c", "/etc/sekisho/sekisho.yml"]');
  expect(text('sekisho.service')).toContain('ExecStart=/usr/bin/env sekisho run -c /etc/sekisho/sekisho.yml');
});

it('the unit has only sections, settings and comments', () => {
  const lines = text('sekisho.service').split('\n');
  expect(lines.filter((line) => !/^(?:#.*|\[\w+\]|[A-Z]\w+=.*|)$/u.test(line))).toEqual([]);
});
