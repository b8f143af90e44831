export { countLevels, unpackHybrid } from './unpack-hybrid';
export {
  bucketsOfTimes,
  numberEntries,
  placeCodes,
  spreadValues,
  stringEntries,
  translateCodes,
  valuesOfCodes,
} from './columns';
export { decodeSnappyBlock } from '../kafka/snappy-block';
export { interleave } from './interleave';
export { addLongs, combineDoubles, combineLongs } from './combine';
export { addSums, mergeSums, nearestDoubleOfSum, startsOfSums } from './exact-sums';
