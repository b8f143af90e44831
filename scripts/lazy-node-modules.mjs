// An esbuild plugin. An `import` of one of Node's own modules loads it, and reads every one of its getters, before the
// first line of ours, used or not: crypto, worker_threads, child_process, process (whose getters open the standard
// streams) and their like cost a short command a third of its time; even util, which Node has loaded for itself, has getters
// that load ten more. With this a module is loaded when it is first used, and only what is imported is read.
import { builtinModules } from 'node:module';

/** Node has loaded these for itself when our first line runs. */
const ALWAYS_THERE = ['buffer', 'fs', 'module', 'path', 'url', 'util'];

export const lazyNodeModules = {
  name: 'lazy-node-modules',
  setup(build) {
    // One for each importer, so that it becomes a part of the importer's chunk: a chunk more costs more than its copies.
    build.onResolve({ filter: /^(node:)?[a-z_0-9]+(\/[a-z]+)*$/ }, ({ path, kind, importer }) => {
      const name = path.replace(/^node:/, '');
      if (!builtinModules.includes(name)) return undefined;
      const namespace = kind === 'import-statement' && ALWAYS_THERE.includes(name) ? 'node-plain' : 'node-lazy';
      return { path: `${name} for ${importer}`, namespace, pluginData: name, sideEffects: false };
    });
    build.onLoad({ filter: /.*/, namespace: 'node-plain' }, ({ pluginData: name }) => ({ contents: plain(name) }));
    build.onLoad({ filter: /.*/, namespace: 'node-lazy' }, ({ pluginData: name }) => ({ contents: lazy(name) }));
  },
};

/** An ES module: esbuild leaves out the exports that nobody imports. */
function plain(name) {
  const names = Object.keys(process.getBuiltinModule(name)).filter((key) => key !== 'default');
  const exports = names.map((key) => `export const ${key} = /* @__PURE__ */ (() => loaded.${key})();`);
  return `const loaded = ${loading(name)}; export default loaded; ${exports.join(' ')}`;
}

/** A CommonJS module, since only these can have getters. */
function lazy(name) {
  const exported = process.getBuiltinModule(name);
  if (typeof exported === 'function' || name === 'process') return `module.exports = ${loading(name)};`;
  const getters = Object.keys(exported).map((key) => `get ${key}() { return load().${key}; }`);
  return `let loaded; const load = () => (loaded ??= ${loading(name)}); module.exports = { ${getters.join(', ')} };`;
}

function loading(name) {
  return `process.getBuiltinModule(${JSON.stringify(`node:${name}`)})`;
}
