import { type DefinitionInput, type LoadedDefinition, loadDefinition } from '../src/index.ts';

/** The smallest definition, with other sections in place of its own or beside them. */
export function definitionText(sections: Readonly<Record<string, string>> = {}): string {
  const all = {
    name: 'impressions',
    source: '{ type: files, paths: ["*.json"] }',
    timestamp: '{ column: time }',
    rollup: '{ queryGranularity: minute, dimensions: [publisher] }',
    output: '{ store: "file:./warehouse" }',
    ...sections,
  };
  return Object.entries(all)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');
}

/** Loads as if the text stood in /pipelines/x.yaml. */
export function load(text: string, surroundings: Partial<DefinitionInput> = {}): LoadedDefinition {
  return loadDefinition('/pipelines/x.yaml', {
    text,
    env: () => undefined,
    readFile: (path) => `text of ${path}`,
    ...surroundings,
  });
}
