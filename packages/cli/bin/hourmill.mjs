#!/usr/bin/env -S node --min-semi-space-size=16
// Starts the bundle that scripts/bundle.mjs builds. Compiled code is kept between starts. With room for young objects from
// the beginning a run needs hardly any collections: a tenth of the time of a short one.
const [major] = process.versions.node.split('.');
if (Number(major) < 24) {
  console.error(
    `hourmill needs Node.js 24 or newer, this is ${process.version}. Start it as node_modules/.bin/hourmill.`,
  );
  process.exit(1);
}
// Not by an import, which would read every getter of the module.
process.getBuiltinModule('node:module').enableCompileCache();
await import('../build/hourmill.mjs');
