// Checks the arrows between packages. `node scripts/check-layers.mjs [ROOT]`; exit code 1 names each violation.
// A tool that silently reads no modules would always be content, so the number of modules is checked as well.
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { cruise } from 'dependency-cruiser';
import config from '../dependency-cruiser.config.mjs';

const root = resolve(process.argv[2] ?? new URL('..', import.meta.url).pathname);
process.chdir(root);
const { options, forbidden } = config;
const { output } = await cruise(['packages'], {
  ...options,
  tsConfig: undefined,
  exclude: { path: '/(build|target)/|^packages/[^/]+/(test|bench)/' },
  ruleSet: { forbidden },
  validate: true,
});
const { violations } = output.summary;
for (const { rule, from, to } of violations) console.error(`${rule.name}: ${from} -> ${to}`);
const seen = new Set(output.modules.map(({ source }) => source));
const missed = globSync('packages/*/src/**/*.ts').filter((file) => !seen.has(file));
if (missed.length > 0) console.error(`not seen by dependency-cruiser: ${missed.join(', ')}`);
if (violations.length > 0 || missed.length > 0) process.exit(1);
console.error(`${seen.size} modules, all arrows point down`);
