// What the host calls of this folder.
export { longsOfBlock, readLong } from './long';
export { doublesOfBlock, readDouble } from './double';
export { addKeyField, hashKey } from './fingerprint';
export { readTime, setTime } from './time';
