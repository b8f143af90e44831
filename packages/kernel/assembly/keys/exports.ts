// What the host calls of this folder.
export { chooseKeys, encodeKeys } from './encode-keys';
export { sortKeys } from './sort-keys';
