#!/usr/bin/env node
// Starts the bundle that scripts/bundle.mjs builds. Compiled code is kept between starts.
import { enableCompileCache } from 'node:module';

const [major] = process.versions.node.split('.');
if (Number(major) < 24) {
  console.error(
    `hourmill needs Node.js 24 or newer, this is ${process.version}. Start it as node_modules/.bin/hourmill.`,
  );
  process.exit(1);
}
enableCompileCache();
await import('../build/hourmill.mjs');
