// What the host calls of this folder.
export { decide, decideBytes, decideFits, decideKeys, decideRelease, decideSetup } from './decide';
export { addKnownKeys, takeOwned } from './known-keys';
export { knownKeys } from './known-marks';
export { routeBatch, routeBlock } from './route';
