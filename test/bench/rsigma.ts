import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRuleFiles } from '../../src/rule/files.js';

const MANIFEST = `[package]
name = "beside"
version = "0.1.0"
edition = "2021"
rust-version = "1.90"

[dependencies]
rsigma-eval = "0.23"
rsigma-parser = "0.23"
serde_json = "1"

[profile.release]
lto = "thin"
`;

/**
 * One thread, a file of JSON lines, every rule against every event: what `measure` in rules.ts does. All rules are added at
 * once: one by one, rsigma 0.23 leaves many of them out of its index and is ten times slower.
 */
const PROGRAM = `use rsigma_eval::event::JsonEvent;
use rsigma_eval::Engine;
use rsigma_parser::parse_sigma_yaml;
use std::io::{BufRead, BufReader};
use std::time::Instant;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let limit: usize = args[3].parse().unwrap();
    let began = Instant::now();
    let mut rules = Vec::new();
    for file in std::fs::read_to_string(&args[1]).unwrap().lines() {
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        let Ok(collection) = parse_sigma_yaml(&text) else { continue };
        rules.extend(collection.rules);
    }
    rules.truncate(limit);
    let mut engine = Engine::new();
    engine.add_rules(&rules);
    let loaded = engine.rule_count();
    let load = began.elapsed().as_millis();
    let began = Instant::now();
    let reader = BufReader::with_capacity(1 << 20, std::fs::File::open(&args[2]).unwrap());
    let (mut events, mut matches) = (0u64, 0u64);
    for line in reader.lines() {
        let value: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        matches += engine.evaluate(&JsonEvent::borrow(&value)).len() as u64;
        events += 1;
    }
    let rate = (events as f64 / began.elapsed().as_secs_f64()) as u64;
    println!("{{\\"rules\\":{loaded},\\"load\\":{load},\\"perSecond\\":{rate},\\"matches\\":{matches}}}");
}
`;

/**
 * Builds a program around the rsigma crate in `temp` (cargo fetches it) and returns how to run it: events file and number
 * of rules in, figures as JSON out. It counts only rules the folder really has. Undefined, with a sentence on standard
 * error, where cargo is missing or the build fails.
 */
export function buildRsigma(temp: string, folder: string): ((events: string, rules: number) => string) | undefined {
  const home = join(temp, 'rsigma');
  mkdirSync(join(home, 'src'), { recursive: true });
  writeFileSync(join(home, 'Cargo.toml'), MANIFEST);
  writeFileSync(join(home, 'src/main.rs'), PROGRAM);
  const list = join(temp, 'rules.txt');
  const { files } = readRuleFiles([folder]);
  writeFileSync(list, files.map(({ file }) => file).join('\n'));
  const env = { ...process.env, CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS: 'fallback' };
  const built = spawnSync('cargo', ['build', '--release', '--quiet', '--ignore-rust-version'], {
    cwd: home,
    env,
    encoding: 'utf8',
  });
  if (built.status !== 0) {
    console.error(`rsigma is left out: ${built.error === undefined ? built.stderr.slice(-2000) : built.error.message}`);
    return undefined;
  }
  const binary = join(home, 'target/release/beside');
  return (events, rules) => spawnSync(binary, [list, events, String(rules)], { encoding: 'utf8' }).stdout;
}
