import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { BenchCase } from '../cases.ts';
import { PEERS_FOLDER } from '../contenders/peer.ts';
import { provideInstalled, runTool } from './installed.ts';
import { providePython } from './python.ts';

/** How a peer is run: `command`, the file of its job, `more`. */
export interface PeerProgram {
  readonly command: readonly string[];
  readonly more: readonly string[];
  /** Why it cannot be run on this machine; null when it can. */
  readonly missing: string | null;
}

/** What a peer of a case needs, installed at the first use. `python` has the packages of requirements.txt. */
export function providePeer(name: string, python: string, { storage }: BenchCase): PeerProgram {
  switch (name) {
    case 'spark': {
      const more = storage === 'kafka' ? [provideSparkKafka()] : [];
      return { command: [providePython('requirements-spark.txt'), script('spark_peer.py')], more, missing: null };
    }
    case 'librdkafka':
      return { command: [python, script('librdkafka_consumer.py')], more: [], missing: null };
    case 'kafkajs':
    case 'platformatic':
    case 'confluent':
      return nodeConsumer(name);
    default:
      return { command: [python, script(`${name}_peer.py`)], more: [], missing: null };
  }
}

const script = (name: string) => join(PEERS_FOLDER, name);

/** The folder of Spark's own connector, which is not part of pyspark. */
function provideSparkKafka(): string {
  const pom = script('spark-kafka/pom.xml');
  return provideInstalled({
    name: 'spark-kafka',
    wanted: readFileSync(pom, 'utf8'),
    what: "Spark's connector to Kafka (once, 12 MB on disk)",
    install: (folder) => {
      const copy = ['dependency:copy-dependencies', `-DoutputDirectory=${folder}`];
      runTool('Spark reads Kafka by jars that Maven fetches', 'mvn', ['-q', '-B', '-f', pom, ...copy]);
    },
  });
}

/** A client that cannot be installed has a row that says so. */
function nodeConsumer(name: string): PeerProgram {
  const command = ['node', script(`${name}-consumer.mjs`)];
  try {
    return { command, more: [provideNodePackages(name)], missing: null };
  } catch (error) {
    return { command, more: [], missing: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * @confluentinc/kafka-javascript fetches its binary, and when it cannot it is built: by this with the libraries of the system
 * (OpenSSL, zstd and curl with their headers) instead of fetching the sources of those too; for this Node, not for npm's.
 */
const BUILDING = { CKJS_LINKING: 'dynamic', npm_config_nodedir: dirname(dirname(realpathSync(process.execPath))) };

/** A folder whose node_modules has what a client's package.json asks for, as its package-lock.json says. */
function provideNodePackages(name: string): string {
  const lists = ['package.json', 'package-lock.json'].map((file) => script(join('npm', name, file)));
  return provideInstalled({
    name,
    wanted: lists.map((file) => readFileSync(file, 'utf8')).join(''),
    what: `the Kafka client ${name} (once; some minutes where it has to be built)`,
    install: (folder) => {
      for (const file of lists) copyFileSync(file, join(folder, basename(file)));
      const env = { ...process.env, ...BUILDING };
      const { status, stderr, error } = spawnSync('npm', ['ci'], { cwd: folder, env, encoding: 'utf8' });
      if (error) throw new Error(`the benchmark needs npm: ${error.message}`);
      if (status === 0) return;
      const log = join(folder, 'npm.log');
      writeFileSync(log, stderr);
      const refused = /^npm error .*\b(request to \S+ failed|Download of \S+ failed)/m.exec(stderr)?.[1];
      throw new Error(`npm cannot install it: ${refused ?? `exit ${status}`}; all of it: ${log}`);
    },
  });
}
