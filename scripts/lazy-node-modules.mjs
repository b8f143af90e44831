// An esbuild plugin. An `import` of one of Node's own modules loads it, and reads every one of its getters, before the
// first line of ours, used or not: crypto, worker_threads, child_process, process (whose getters open the standard
// streams) and their like cost a short command a third of its time. With this each is loaded when it is first used.
import { builtinModules } from 'node:module';

/** Node has loaded these for itself when our first line runs. */
const ALWAYS_THERE = ['buffer', 'fs', 'module', 'path', 'url', 'util'];

export const lazyNodeModules = {
  name: 'lazy-node-modules',
  setup(build) {
    build.onResolve({ filter: /^(node:)?[a-z_]+(\/[a-z]+)*$/ }, ({ path, kind }) => {
      const name = path.replace(/^node:/, '');
      if (!builtinModules.includes(name)) return undefined;
      if (kind !== 'require-call' && ALWAYS_THERE.includes(name)) return { path: `node:${name}`, external: true };
      return { path: name, namespace: 'node' };
    });
    build.onLoad({ filter: /.*/, namespace: 'node' }, ({ path: name }) => ({
      contents: contentsOf(name),
      loader: 'js',
    }));
  },
};

function contentsOf(name) {
  const load = `process.getBuiltinModule(${JSON.stringify(`node:${name}`)})`;
  const exported = process.getBuiltinModule(name);
  if (typeof exported === 'function' || name === 'process') return `module.exports = ${load};`;
  const getters = Object.keys(exported).map((key) => `get ${key}() { return load().${key}; }`);
  return `let loaded; const load = () => (loaded ??= ${load}); module.exports = { ${getters.join(', ')} };`;
}
