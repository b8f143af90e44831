export { hybridBytes, packHybrid } from './hybrid';
export {
  highestMark,
  lowestMark,
  markBytes,
  markCodes,
  markCount,
  markLongs,
  numberCodes,
  numberLongs,
  numberMarks,
  numberRanks,
  writeMarkedLongs,
} from './marks';
export { countNulls, levelsOfRanks, levelsOfValid } from './levels';
export {
  markedBytes,
  rowBytesOf,
  rowsWithin,
  writeMarkedNumbers,
  writeMarkedStrings,
  writeRowNumbers,
  writeRowStrings,
} from './entries';
export { compactValues, rangeOfCodes, rangeOfDoubles, rangeOfLongs, writeLongs } from './values';
export { encodeValues } from './value-table';
export {
  countElements,
  encodeLists,
  extremeString,
  listLevels,
  listRowsWithin,
  writeListLevels,
} from './list-entries';
export { compressSnappy, snappyBytes, snappyTableBytes } from './snappy';
