export { crc32 } from './crc-table';
export { inflate } from './inflate';
export { inflateClose, inflateInput, inflateOpen, inflateOutput } from './stream';
