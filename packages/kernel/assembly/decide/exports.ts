// What the host calls of this folder.
export { decide, decideBytes, decideFits, decideKeys, decideRelease, decideSetup } from './decide';
export { routeBatch, routeBlock } from './route';
